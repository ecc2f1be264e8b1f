-- Whether the database takes no writes; fails before the first migration.
-- Scope: none, the server itself.
select pg_is_in_recovery() or current_setting('transaction_read_only')::boolean from head
