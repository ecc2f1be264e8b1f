-- Where each incident, assignment and alarm lies, and how secret it is: as its
-- unit is, but a cry for help is hidden by no clearance.
-- Scope: none; the caller counts only what is in scope.
select 'incident' as kind, id, division, 0 as sensitivity from incident
union all
select 'assignment', a.id, a.division, coalesce(u.sensitivity, 0)::int
from assignment a left join entry u on u.ledger = 'unit' and u.id = a.unit
union all
select 'alarm', id, body->>'division',
  case when body->>'kind' = 'sos' then 0 else coalesce((body->>'sensitivity')::int, 0) end
from alarm
