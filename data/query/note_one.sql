-- The note with id $1.
-- Scope: the caller checks its incident.
select version, body from note where id = $1
