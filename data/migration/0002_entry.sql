-- All ledgers in one table, a partition each: one write path, one tile query,
-- and every ledger has its own small GiST index.
create sequence entry_fid;

create table entry (
  ledger      text   not null,
  id          uuid   not null,
  fid         bigint not null default nextval('entry_fid'), -- feature id in tiles
  version     int    not null,
  code        text   not null,
  name        text   not null,
  division    text   not null,
  sensitivity int    not null,
  verify_by   date,
  weight      bigint not null default 0, -- what is drawn first when a tile is full
  properties  jsonb  not null,           -- head and detail, as in a GeoJSON feature
  tile        jsonb  not null,           -- what a tile shows of it
  geom        geometry(Geometry, 4326) not null,
  geom3857    geometry(Geometry, 3857) generated always as (
    case when st_xmin(geom) >= -180 and st_xmax(geom) <= 180 and st_ymin(geom) >= -85.06 and st_ymax(geom) <= 85.06
      then st_transform(geom, 3857) end) stored,
  removed     boolean     not null default false,
  recorded_at timestamptz not null,
  seq         bigint      not null,
  primary key (ledger, id),
  -- A NaN makes a point empty or a shape invalid, so it cannot pass.
  constraint entry_geometry check (
    not st_isempty(geom)
    and st_xmin(geom) >= -180 and st_xmax(geom) <= 180
    and st_ymin(geom) >= -90 and st_ymax(geom) <= 90
    and st_isvalid(geom)),
  constraint entry_sensitivity check (sensitivity between 0 and 3)
) partition by list (ledger);

create table entry_division  partition of entry for values in ('division');
create table entry_team      partition of entry for values in ('team');
create table entry_unit      partition of entry for values in ('unit');
create table entry_depot     partition of entry for values in ('depot');
create table entry_shelter   partition of entry for values in ('shelter');
create table entry_hazard    partition of entry for values in ('hazard');
create table entry_risk_zone partition of entry for values in ('risk_zone');
create table entry_camera    partition of entry for values in ('camera');
create table entry_cell      partition of entry for values in ('cell');

create unique index entry_code on entry (ledger, code) where not removed;
create index entry_seq on entry (ledger, seq);
create index entry_tile on entry using gist (geom3857) where not removed;

-- Nearest on the ground is asked of what stands at a point.
create index entry_team_near    on entry_team    using gist ((geom::geography)) where not removed;
create index entry_unit_near    on entry_unit    using gist ((geom::geography)) where not removed;
create index entry_depot_near   on entry_depot   using gist ((geom::geography)) where not removed;
create index entry_shelter_near on entry_shelter using gist ((geom::geography)) where not removed;
create index entry_hazard_near  on entry_hazard  using gist ((geom::geography)) where not removed;
create index entry_camera_near  on entry_camera  using gist ((geom::geography)) where not removed;

alter table entry_shelter add constraint shelter_occupancy check (
  (properties->>'occupancy')::int >= 0
  and (properties->>'occupancy')::int <= (properties->>'capacity')::int);
alter table entry_depot add constraint depot_stock check (
  not jsonb_path_exists(properties, '$.stock[*].quantity ? (@ < 0)'));
alter table entry_cell add constraint cell_people check (
  (properties->>'people')::int >= 0);
