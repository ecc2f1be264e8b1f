-- Adds a terminal. $1 id, $2 version, $3 protocol, $4 identity, $5 removed,
-- $6 body, $7 journal number.
-- Scope: none, decided by the desk.
insert into terminal (id, version, protocol, identity, removed, body, seq) values ($1, $2, $3, $4, $5, $6, $7)
