-- Keeps the hash of a terminal's secret, or takes it back. $1 terminal,
-- $2 SHA-256 or null.
-- Scope: none, decided by the desk.
update terminal set hash = $2 where id = $1
