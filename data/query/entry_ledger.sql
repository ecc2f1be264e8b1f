-- All live entries of ledger $1.
-- Scope: none; the picture is cut to each reader's scope.
select ledger, id, version, properties, geom, recorded_at, removed
from entry
where ledger = $1 and not removed
