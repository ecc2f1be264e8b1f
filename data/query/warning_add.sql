-- Adds a warning. $1 id, $2 version, $3 state, $4 identifier of our last message
-- or null, $5 when it ended or null, $6 body, $7 journal number.
-- Scope: none, decided by the desk.
insert into warning (id, version, state, identifier, ended_at, body, seq) values ($1, $2, $3, $4, $5, $6, $7)
