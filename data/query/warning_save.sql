-- Saves a warning that stood at version $8; the others as in warning_add.
-- Scope: none, decided by the desk.
update warning set version = $2, state = $3, identifier = $4, ended_at = $5, body = $6, seq = $7 where id = $1 and version = $8
