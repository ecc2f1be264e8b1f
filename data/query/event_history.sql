-- The newest $3 events of the entity of kind $1 and id $2, newest first.
-- Scope: the caller has been let see the entity.
select seq, type, kind, id, version, actor, actor_name, command, occurred_at, recorded_at, payload, prev_hash, hash
from event
where kind = $1 and id = $2
order by seq desc
limit $3
