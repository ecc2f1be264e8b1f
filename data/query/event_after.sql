-- The $2 events after number $1, in order.
-- Scope: none; live cuts events to each viewer's scope.
select seq, type, kind, id, version, actor, actor_name, command, occurred_at, recorded_at, payload, prev_hash, hash
from event
where seq > $1
order by seq
limit $2
