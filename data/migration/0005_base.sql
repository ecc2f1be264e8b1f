-- The base map: replaced as a whole, never edited.
create table base (
  fid      bigint generated always as identity primary key,
  layer    text   not null, -- land, sea, county, water, river, coast, rail, road, place, poi
  kind     text   not null default '',
  name     text   not null default '',
  name_en  text   not null default '',
  rank     int    not null default 0, -- 0 first
  minzoom  int    not null default 0,
  tile     jsonb  not null,
  geom     geometry(Geometry, 4326) not null,
  geom3857 geometry(Geometry, 3857) generated always as (st_transform(geom, 3857)) stored,
  constraint base_geometry check (
    not st_isempty(geom)
    and st_xmin(geom) >= -180 and st_xmax(geom) <= 180
    and st_ymin(geom) >= -85.06 and st_ymax(geom) <= 85.06)
);
create index base_tile on base using gist (geom3857);
create index base_place on base (layer) where layer in ('place', 'poi');

-- What one feature of a tile is made of: the row type ST_AsMVT is given where
-- several layers are cut by one query.
create type feature as (fid bigint, tile jsonb, geom geometry);
