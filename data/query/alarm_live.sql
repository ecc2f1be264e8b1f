-- Open alarms, and those that ended within 24 hours.
-- Scope: none; the picture is cut to each reader's scope.
select id, version, body from alarm where open
union all
select id, version, body from alarm where not open and ended_at > now() - interval '24 hours'
