-- Adds an incident. $1 id, $2 version, $3 number, $4 state, $5 open, $6 ended,
-- $7 division, $8 geometry, $9 body, $10 journal number.
-- Scope: none, decided by the desk.
insert into incident (id, version, number, state, open, ended_at, division, geom, body, seq)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
