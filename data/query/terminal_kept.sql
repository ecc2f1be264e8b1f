-- The terminals that are listened to or could be.
-- Scope: none, the server itself.
select version, body from terminal where not removed
