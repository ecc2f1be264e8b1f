-- All terminals, removed ones too.
-- Scope: none, the server itself.
select version, body from terminal
