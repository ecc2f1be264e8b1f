-- At most $5 incidents that ended after $3 within $2 metres of the point $1, the
-- newest end first.
-- Scope: $4 division prefix; the caller checks each.
select id, version, body, geom
from incident
where not open
  and st_dwithin(geom::geography, $1::geometry::geography, $2::float8)
  and ended_at > $3::timestamptz
  and starts_with(division, $4)
order by ended_at desc
limit $5
