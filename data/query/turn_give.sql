-- Gives back every turn this session has.
-- Scope: none, the server itself.
select pg_advisory_unlock_all()
