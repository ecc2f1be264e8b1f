-- Warnings in force or being prepared, and those that ended within 24 hours.
-- Scope: none; the picture is cut to each reader's scope.
select version, body from warning where ended_at is null
union all
select version, body from warning where ended_at > now() - interval '24 hours'
