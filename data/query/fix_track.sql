-- The trusted positions of units $1 from $2 to $3, at most one in $4 seconds
-- (arrays of one length): the number of the asked from 1, time, longitude,
-- latitude, and how many there were before thinning.
-- Scope: the caller has been let see these units' positions.
select asked.n, f.device_at, f.lon_e7, f.lat_e7, f.kept
from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::float8[]) with ordinality as asked(unit, since, until, step, n)
cross join lateral (
  select distinct on (floor(extract(epoch from fix.device_at - asked.since) / asked.step))
    fix.device_at, fix.lon_e7, fix.lat_e7, count(*) over () as kept
  from fix
  where fix.unit = asked.unit and fix.device_at between asked.since and asked.until and fix.flags & 2 = 0
  order by floor(extract(epoch from fix.device_at - asked.since) / asked.step), fix.device_at) f
order by asked.n, f.device_at
