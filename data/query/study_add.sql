-- Adds a study. $1 id, $2 version, $3 put away, $4 body, $5 journal number.
-- Scope: none, decided by the desk.
insert into study (id, version, removed, body, seq) values ($1, $2, $3, $4, $5)
