-- All alarms.
-- Scope: none, the server itself.
select id, version, body from alarm
