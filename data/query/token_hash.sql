-- Keeps the hash of a token's secret. $1 token, $2 SHA-256.
-- Scope: none, decided by the desk.
update token set hash = $2 where id = $1
