-- Saves an account that stood at version $6; the others as in account_add.
-- Scope: none, decided by the desk.
update account set version = $2, name = $3, body = $4, seq = $5 where id = $1 and version = $6
