-- Saves a grant that stood at version $5; the others as in grant_add.
-- Scope: none, decided by the desk.
update lent set version = $2, body = $3, seq = $4 where id = $1 and version = $5
