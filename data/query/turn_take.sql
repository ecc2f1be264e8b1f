-- Whether this session now has the turn at $1, which nobody else has until it
-- ends or the session does.
-- Scope: none, the server itself.
select pg_try_advisory_lock(hashtextextended('turn ' || current_schema() || ' ' || $1::text, 0))
