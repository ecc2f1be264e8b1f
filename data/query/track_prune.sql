-- Deletes at most $2 positions measured before $1 that fell into no day's
-- partition.
-- Scope: none, the server itself.
delete from fix_default where (unit, device_at) in (select unit, device_at from fix_default where device_at < $1 limit $2)
