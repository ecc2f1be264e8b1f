-- The alarm of id $1.
-- Scope: the caller checks it.
select id, version, body from alarm where id = $1
