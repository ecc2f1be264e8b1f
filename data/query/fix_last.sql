-- The newest position of each live unit, not older than $1 and not doubtful.
-- Scope: none; the board is cut to each reader's scope.
select f.unit, f.device_at, f.recorded_at, f.lon_e7, f.lat_e7,
  f.heading_deg::float8, f.speed_mps::float8, f.accuracy_m::float8, f.satellites::int, f.flags::int
from entry u
cross join lateral (
  select * from fix
  where fix.unit = u.id and device_at >= $1 and flags & 2 = 0
  order by device_at desc
  limit 1) f
where u.ledger = 'unit' and not u.removed
