-- Saves a token that stood at version $5; the others as in token_add.
-- Scope: none, decided by the desk.
update token set version = $2, body = $3, seq = $4 where id = $1 and version = $5
