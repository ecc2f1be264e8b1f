-- Keeps that restricted fields were read, once for a reader, a thing and a
-- minute. $1 when, $2 that minute, $3 reader, $4 name, $5 operation, $6 kind,
-- $7 thing, $8 fields.
-- Scope: none, the server itself.
insert into read_audit (at, minute, actor, actor_name, operation, kind, subject, fields)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (actor, subject, kind, minute) do nothing
