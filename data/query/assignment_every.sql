-- All assignments.
-- Scope: none, the server itself.
select id, version, body from assignment
