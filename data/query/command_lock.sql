-- Locks one command's id until the transaction ends, so that two of the same
-- queue. $1 actor, $2 command id.
-- Scope: the actor's own commands.
select pg_advisory_xact_lock(hashtextextended($1::uuid::text || $2::uuid::text, 0))
