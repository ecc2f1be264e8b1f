-- For each layer of $1: the number of the last event that changed it, 0 when
-- none did; for the base map its own version.
-- Scope: none, numbers only.
select l.name, case when l.name = 'base' then (select value from meta where meta.name = 'base')
  else coalesce((select max(seq) from entry where ledger = l.name), 0) end
from unnest($1::text[]) l(name)
