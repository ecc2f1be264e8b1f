-- Adds an alarm. $1 id, $2 version, $3 state, $4 open, $5 raised, $6 ended,
-- $7 incident, $8 body, $9 journal number.
-- Scope: none, decided by the desk.
insert into alarm (id, version, state, open, raised_at, ended_at, incident, body, seq)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
