-- Saves an incident that stood at version $11; the others as in incident_add.
-- Scope: none, decided by the desk.
update incident
set version = $2, number = $3, state = $4, open = $5, ended_at = $6, division = $7, geom = $8, body = $9, seq = $10
where id = $1 and version = $11
