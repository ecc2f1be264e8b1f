-- Rings at other nodes; what came they read from the journal.
-- Scope: none, carries nothing.
select pg_notify('onemap_' || current_schema(), '')
