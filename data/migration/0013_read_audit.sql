-- Who read restricted fields (敏感字段查阅留痕): one row for each reader, thing
-- and minute. It is no fact: nothing is decided by it.
create table read_audit (
  id         bigint generated always as identity primary key,
  at         timestamptz not null,
  minute     timestamptz not null,
  actor      uuid not null,
  actor_name text not null,
  operation  text not null,
  kind       text not null,
  subject    uuid not null,
  fields     text[] not null
);
create unique index read_audit_once on read_audit (actor, subject, kind, minute);
