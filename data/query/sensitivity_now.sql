-- How secret the entries of ledger $1 with ids $2 are now; what was removed
-- stays as it was.
-- Scope: none; it only ever narrows what is shown.
select id, sensitivity::int from entry where ledger = $1 and id = any($2)
