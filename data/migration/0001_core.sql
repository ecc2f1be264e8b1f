-- The journal and what it folds into. Runs with search_path = <world>, public:
-- tables land in the world's schema (real, drill_…), extensions in public.
create extension if not exists postgis schema public;

create table meta (
  name  text primary key,
  value bigint not null
);
insert into meta values ('base', 0); -- version of the base map

-- One row, locked last in every command: it numbers events without a gap and
-- carries the chain. epoch names the journal; a restored copy gets another.
create table head (
  one   boolean primary key default true check (one),
  seq   bigint not null,
  hash  bytea  not null,
  epoch uuid   not null
);
insert into head values (true, 0, decode(repeat('00', 32), 'hex'), gen_random_uuid());

-- payload is text and not jsonb: the hash is over its bytes.
create table event (
  seq         bigint primary key,
  type        text        not null,
  kind        text        not null,
  id          uuid        not null,
  version     int         not null,
  actor       uuid        not null,
  actor_name  text        not null,
  command     uuid        not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  payload     text        not null,
  prev_hash   bytea       not null,
  hash        bytea       not null
);
create index event_subject on event (kind, id, seq desc);

create function keep_event() returns trigger language plpgsql as $$
begin
  raise exception 'the journal is only added to' using errcode = '42501';
end $$;
create trigger keep_event before update or delete on event for each row execute function keep_event();
create trigger keep_all_events before truncate on event execute function keep_event();

create table command (
  actor      uuid        not null,
  id         uuid        not null,
  digest     bytea       not null,
  receipt    jsonb       not null,
  seq        bigint      not null,
  created_at timestamptz not null default now(),
  primary key (actor, id)
);

create table number (
  year int primary key,
  last int not null
);

create table incident (
  id        uuid   primary key,
  version   int    not null,
  number    text   not null constraint incident_number unique,
  state     text   not null,
  open      boolean not null,
  ended_at  timestamptz,
  division  text   not null,
  geom      geometry(Geometry, 4326) not null,
  body      jsonb  not null,
  seq       bigint not null,
  constraint incident_geometry check (
    not st_isempty(geom)
    and st_xmin(geom) >= -180 and st_xmax(geom) <= 180
    and st_ymin(geom) >= -90 and st_ymax(geom) <= 90
    and st_isvalid(geom))
);
create index incident_open on incident (number desc) where open;
create index incident_ended on incident (ended_at) where not open;

create table account (
  id      uuid   primary key,
  version int    not null,
  name    text   not null constraint account_name unique,
  body    jsonb  not null,
  seq     bigint not null
);

create table password (
  account uuid primary key references account,
  hash    text not null
);

create table token (
  id      uuid   primary key,
  version int    not null,
  hash    bytea  constraint token_hash unique,
  body    jsonb  not null,
  seq     bigint not null
);

create table session (
  hash       bytea primary key,
  account    uuid  not null references account,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  seen_at    timestamptz not null default now()
);
create index session_account on session (account);
create index session_expires on session (expires_at);
