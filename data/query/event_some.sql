-- The events of numbers $1, in order.
-- Scope: none; who reads the past is decided where it is shown.
select seq, type, kind, id, version, actor, actor_name, command, occurred_at, recorded_at, payload, prev_hash, hash
from event
where seq = any($1)
order by seq
