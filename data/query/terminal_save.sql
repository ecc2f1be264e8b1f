-- Saves a terminal that stood at version $8; the others as in terminal_add.
-- Scope: none, decided by the desk.
update terminal set version = $2, protocol = $3, identity = $4, removed = $5, body = $6, seq = $7 where id = $1 and version = $8
