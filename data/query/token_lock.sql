-- The tokens with ids $1, locked in id order.
-- Scope: none, decided by the desk.
select body from token where id = any($1) order by id for update
