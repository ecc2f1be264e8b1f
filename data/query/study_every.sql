-- All studies.
-- Scope: none, the server itself.
select version, body from study
