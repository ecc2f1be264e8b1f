-- Closures (道路阻断) are the tenth ledger.
create table entry_closure partition of entry for values in ('closure');

create view closure as select fid, id, version, code, name, division, sensitivity, verify_by,
  properties->>'cause' as cause, properties->>'confidence' as confidence,
  (properties->>'from')::timestamptz as "from", (properties->>'until')::timestamptz as until,
  coalesce((properties->>'speed_factor')::float8, 0) as speed_factor, geom
from entry where ledger = 'closure' and not removed;
