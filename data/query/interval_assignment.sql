-- Assignments of the incidents that interval_incident finds.
-- Scope: $4 division prefix, and $5, that of the division asked for.
select a.id, a.version, a.body
from incident i
join assignment a on a.incident = i.id
where received(i.body) >= $1::timestamptz and received(i.body) < $2::timestamptz
  and ($3 = '' or i.body ->> 'kind' = $3)
  and starts_with(i.division, $4) and starts_with(i.division, $5)
