-- All grants.
-- Scope: none, the server itself.
select version, body from lent
