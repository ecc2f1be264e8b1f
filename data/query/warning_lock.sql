-- The warnings with ids $1, locked in id order.
-- Scope: none, decided by the desk.
select version, body from warning where id = any($1) order by id for update
