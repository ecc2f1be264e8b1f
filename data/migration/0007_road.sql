-- The road network in use (路网): derived from a file of roads, replaced as a
-- whole, never edited. There is one, or none.
create table road_graph (
  one      boolean     primary key default true check (one),
  version  text        not null check (version ~ '^[0-9a-f]{16}$'), -- the same roads have the same
  source   text        not null, -- the file it was made from
  made_at  timestamptz not null default now(),
  nodes    int         not null check (nodes >= 0),    -- junctions
  segments int         not null check (segments >= 0), -- pieces of road between them
  arcs     int         not null check (arcs >= 0),     -- their directions
  bytes    bigint      not null check (bytes > 0),
  report   jsonb       not null -- what was made of the file, and what was left out
);

-- Its bytes, cut so that none travels long. They are as dense as they get:
-- compressing them costs time at every start and saves a quarter.
create table road_part (
  part  int   primary key check (part >= 0),
  one   boolean not null default true references road_graph,
  bytes bytea not null check (octet_length(bytes) between 1 and 8388608)
);
alter table road_part alter column bytes set storage external;
