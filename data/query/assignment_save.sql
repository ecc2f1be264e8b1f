-- Saves an assignment that stood at version $12; the others as in assignment_add.
-- Scope: none, decided by the desk.
update assignment
set version = $2, incident = $3, unit = $4, division = $5, state = $6, open = $7, ordered_at = $8, ended_at = $9, body = $10, seq = $11
where id = $1 and version = $12
