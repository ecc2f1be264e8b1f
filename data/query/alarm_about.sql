-- The alarms about incident $1, the oldest first, at most $2.
-- Scope: the caller checks each.
select id, version, body
from alarm
where incident = $1
order by raised_at, id
limit $2
