-- The alarms with ids $1, locked in id order.
-- Scope: none, decided by the desk.
select id, version, body from alarm where id = any($1) order by id for update
