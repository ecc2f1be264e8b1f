-- Saves a study that stood at version $6; the others as in study_add.
-- Scope: none, decided by the desk.
update study set version = $2, removed = $3, body = $4, seq = $5 where id = $1 and version = $6
