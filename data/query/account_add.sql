-- Adds an account. $1 id, $2 version, $3 name, $4 body, $5 journal number.
-- Scope: none, decided by the desk.
insert into account (id, version, name, body, seq) values ($1, $2, $3, $4, $5)
