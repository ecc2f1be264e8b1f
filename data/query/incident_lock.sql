-- The incidents with ids $1, locked in id order.
-- Scope: none, decided by the desk.
select id, version, body, geom from incident where id = any($1) order by id for update
