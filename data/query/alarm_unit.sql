-- The open alarms of the unit $1, in id order.
-- Scope: none, decided by the desk.
select id, version, body from alarm where open and body->>'unit' = $1::uuid::text order by id
