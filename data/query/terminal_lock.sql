-- The terminals with ids $1, locked in id order.
-- Scope: none, decided by the desk.
select version, body from terminal where id = any($1) order by id for update
