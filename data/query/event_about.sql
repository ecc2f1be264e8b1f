-- The events after $3 of the entities of kinds $1 and ids $2 (arrays of one
-- length), at most $4, in order.
-- Scope: the caller has been let see the entities.
select e.seq, e.type, e.kind, e.id, e.version, e.actor, e.actor_name, e.command, e.occurred_at, e.recorded_at, e.payload, e.prev_hash, e.hash
from unnest($1::text[], $2::uuid[]) as about(kind, id)
cross join lateral (
  select *
  from event
  where event.kind = about.kind and event.id = about.id and event.seq > $3
  order by event.seq
  limit $4) e
order by e.seq
limit $4
