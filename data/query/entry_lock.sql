-- The entries of ledger $1 with ids $2, removed ones too, locked in id order.
-- Scope: none, decided by the desk.
select ledger, id, version, properties, geom, recorded_at, removed
from entry
where ledger = $1 and id = any($2)
order by id
for update
