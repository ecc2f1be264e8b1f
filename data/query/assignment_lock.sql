-- The assignments with ids $1, locked in id order.
-- Scope: none, decided by the desk.
select id, version, body from assignment where id = any($1) order by id for update
