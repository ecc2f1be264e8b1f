-- The assignment of id $1.
-- Scope: the caller checks it.
select id, version, body from assignment where id = $1
