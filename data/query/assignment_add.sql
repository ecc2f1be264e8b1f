-- Adds an assignment. $1 id, $2 version, $3 incident, $4 unit, $5 division,
-- $6 state, $7 open, $8 ordered, $9 ended, $10 body, $11 journal number.
-- Scope: none, decided by the desk.
insert into assignment (id, version, incident, unit, division, state, open, ordered_at, ended_at, body, seq)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
