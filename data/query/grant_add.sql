-- Adds a grant. $1 id, $2 version, $3 body, $4 journal number.
-- Scope: none, decided by the desk.
insert into lent (id, version, body, seq) values ($1, $2, $3, $4)
