-- Incidents received from $1 until before $2, of kind $3 (empty: any).
-- Scope: $4 division prefix, and $5, that of the division asked for.
select id, version, body, geom
from incident
where received(body) >= $1::timestamptz and received(body) < $2::timestamptz
  and ($3 = '' or body ->> 'kind' = $3)
  and starts_with(division, $4) and starts_with(division, $5)
