-- The open assignments of the unit or incident $1, in id order.
-- Scope: none, decided by the desk.
select id, version, body from assignment where open and (unit = $1 or incident = $1) order by id
