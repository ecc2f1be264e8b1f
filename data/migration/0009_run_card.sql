-- Run cards (出动编组方案) are the eleventh ledger.
create table entry_run_card partition of entry for values in ('run_card');

create view run_card as select fid, id, version, code, name, division, sensitivity, verify_by,
  properties->'kinds' as kinds, (properties->>'priority_max')::int as priority_max, properties->'grades' as grades,
  (properties->>'premise')::uuid as premise, coalesce((properties->>'order')::int, 0) as "order",
  properties->>'mode' as mode, properties->'levels' as levels, geom
from entry where ledger = 'run_card' and not removed;
