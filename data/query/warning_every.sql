-- All warnings.
-- Scope: none, the server itself.
select version, body from warning
