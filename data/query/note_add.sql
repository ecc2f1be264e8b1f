-- Adds a note. $1 id, $2 version, $3 incident, $4 body, $5 journal number,
-- $6 when it was recorded.
-- Scope: none, decided by the desk.
insert into note (id, version, incident, body, seq, recorded_at) values ($1, $2, $3, $4, $5, $6)
