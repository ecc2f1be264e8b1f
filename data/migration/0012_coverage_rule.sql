-- Coverage rules (覆盖规则) are the twelfth ledger.
create table entry_coverage_rule partition of entry for values in ('coverage_rule');

create view coverage_rule as select fid, id, version, code, name, division, sensitivity, verify_by,
  properties->'kinds' as kinds, (properties->>'minimum')::int as minimum, (properties->>'within_min')::int as within_min,
  coalesce((properties->>'share')::float8, 0.9) as share, geom
from entry where ledger = 'coverage_rule' and not removed;
