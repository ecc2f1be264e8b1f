-- Adds an event. $1 number, $2 type, $3 kind and $4 id of the subject, $5 its
-- version, $6 actor, $7 actor's name, $8 command, $9 occurred, $10 recorded,
-- $11 payload, $12 hash before, $13 hash.
-- Scope: none, decided by the desk.
insert into event (seq, type, kind, id, version, actor, actor_name, command, occurred_at, recorded_at, payload, prev_hash, hash)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
