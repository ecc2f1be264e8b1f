-- The positions of units $1 from $2 to $3, at most one in $4 seconds, 0: all
-- (arrays of one length), doubtful ones too: the number of the asked from 1, the
-- position, and how many there are.
-- Scope: the caller has been let see these units' positions.
select asked.n, f.kept, f.unit, f.device_at, f.recorded_at, f.lon_e7, f.lat_e7,
  f.heading_deg::float8, f.speed_mps::float8, f.accuracy_m::float8, f.satellites::int, f.flags::int
from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::float8[]) with ordinality as asked(unit, since, until, step, n)
cross join lateral (
  select distinct on (case when asked.step > 0 then floor(extract(epoch from fix.device_at - asked.since) / asked.step) else extract(epoch from fix.device_at) end)
    fix.*, count(*) over () as kept
  from fix
  where fix.unit = asked.unit and fix.device_at between asked.since and asked.until
  order by case when asked.step > 0 then floor(extract(epoch from fix.device_at - asked.since) / asked.step) else extract(epoch from fix.device_at) end,
    fix.flags & 1 desc, fix.flags & 2, fix.device_at) f
order by asked.n, f.device_at
