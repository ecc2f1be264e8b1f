-- The newest position of each unit of $1 that was known at instant $2, measured
-- after instant $3 and not doubtful.
-- Scope: none; the caller asks only for units that are in scope.
select f.unit, f.device_at, f.recorded_at, f.lon_e7, f.lat_e7,
  f.heading_deg::float8, f.speed_mps::float8, f.accuracy_m::float8, f.satellites::int, f.flags::int
from unnest($1::uuid[]) as u (id)
cross join lateral (
  select * from fix
  where fix.unit = u.id and device_at <= $2 and device_at > $3 and recorded_at <= $2 and flags & 2 = 0
  order by device_at desc
  limit 1) f
