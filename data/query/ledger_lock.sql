-- Locks a whole ledger until the transaction ends. $1 ledger.
-- Scope: none, decided by the desk.
select pg_advisory_xact_lock(hashtextextended('ledger ' || $1::text, 0))
