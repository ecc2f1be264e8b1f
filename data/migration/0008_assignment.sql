-- Assignments (力量出动单): a unit sent to an incident. A unit has one open one.
create table assignment (
  id         uuid    primary key,
  version    int     not null,
  incident   uuid    not null references incident,
  unit       uuid    not null,
  division   text    not null,
  state      text    not null,
  open       boolean not null,
  ordered_at timestamptz not null,
  ended_at   timestamptz,
  body       jsonb   not null,
  seq        bigint  not null,
  constraint assignment_end check (open = (ended_at is null) and ended_at >= ordered_at)
);
create unique index assignment_unit_open on assignment (unit) where open;
create index assignment_incident_open on assignment (incident) where open;
create index assignment_incident on assignment (incident, ordered_at desc, id desc);
create index assignment_unit on assignment (unit, ordered_at desc, id desc);
create index assignment_ordered on assignment (ordered_at desc, id desc);
create index assignment_ended on assignment (ended_at) where not open;
