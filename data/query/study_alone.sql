-- Lets nobody else add a study until the transaction ends.
-- Scope: none, decided by the desk.
select pg_advisory_xact_lock(hashtextextended('studies ' || current_schema(), 0))
