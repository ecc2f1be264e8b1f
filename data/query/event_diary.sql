-- What the $2 events after number $1 were about and when they were recorded.
-- Scope: none; who reads the past is decided where it is shown.
select seq, kind, id, recorded_at
from event
where seq > $1
order by seq
limit $2
