-- All notes.
-- Scope: none, the server itself.
select version, body from note
