-- The incident of id $1.
-- Scope: the caller checks it.
select id, version, body, geom from incident where id = $1
