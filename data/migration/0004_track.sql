-- Positions: many, and no part of the journal. Partitions by day are made ahead
-- by KeepPartitions; what comes with a strange clock falls into the default one.
create table fix (
  unit        uuid        not null,
  device_at   timestamptz not null,
  recorded_at timestamptz not null,
  lon_e7      int         not null check (lon_e7 between -1800000000 and 1800000000),
  lat_e7      int         not null check (lat_e7 between -900000000 and 900000000),
  heading_deg real,
  speed_mps   real,
  accuracy_m  real,
  satellites  smallint,
  flags       smallint    not null default 0, -- 1 SOS, 2 doubtful
  primary key (unit, device_at)
) partition by range (device_at);
create index fix_day on fix using brin (device_at);
create table fix_default partition of fix default;
