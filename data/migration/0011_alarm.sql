-- Alarms (报警), notes with photos (现场记录), and rights lent for a time.
create table alarm (
  id       uuid    primary key,
  version  int     not null,
  state    text    not null,
  open     boolean not null,
  raised_at timestamptz not null,
  ended_at timestamptz,
  incident uuid,
  body     jsonb   not null,
  seq      bigint  not null,
  constraint alarm_end check (open = (ended_at is null))
);
create index alarm_open on alarm (raised_at desc) where open;
create index alarm_ended on alarm (ended_at) where not open;
create index alarm_incident on alarm (incident, raised_at);

create table note (
  id          uuid   primary key,
  version     int    not null,
  incident    uuid   not null references incident,
  recorded_at timestamptz not null default now(),
  body        jsonb  not null,
  seq         bigint not null
);
create index note_incident on note (incident, seq);

create table photo (
  note uuid  primary key references note deferrable initially deferred,
  body bytea not null
);
alter table photo alter column body set storage external; -- it is compressed already

create table lent ( -- "grant" is a word of SQL
  id      uuid   primary key,
  version int    not null,
  body    jsonb  not null,
  seq     bigint not null
);

-- Assignments keep when the crew was told, by our clock, and the version of
-- the last step; those of before the alarms made nothing but steps.
update assignment a
set body = a.body || jsonb_build_object('stepped', a.version, 'told_at',
  (select to_char(e.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') from event e
   where e.kind = 'assignment' and e.id = a.id and e.type = 'assignment.ordered'));
create index alarm_unit on alarm ((body->>'unit')) where open;
