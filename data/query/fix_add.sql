-- Keeps positions, passing over those kept already. Arrays of one length:
-- $1 units, $2 device times, $3 recorded, $4 lon and $5 lat in 1e-7 degrees,
-- $6 headings in degrees, $7 speeds in m/s, $8 accuracies in metres,
-- $9 satellites, $10 flags (1 SOS, 2 doubtful).
-- Scope: whose unit it is was checked at the door.
insert into fix (unit, device_at, recorded_at, lon_e7, lat_e7, heading_deg, speed_mps, accuracy_m, satellites, flags)
select * from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::int[], $5::int[],
  $6::float8[], $7::float8[], $8::float8[], $9::int[], $10::int[])
on conflict do nothing
