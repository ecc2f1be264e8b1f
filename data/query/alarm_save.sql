-- Saves an alarm that stood at version $10; the others as in alarm_add.
-- Scope: none, decided by the desk.
update alarm
set version = $2, state = $3, open = $4, raised_at = $5, ended_at = $6, incident = $7, body = $8, seq = $9
where id = $1 and version = $10
