-- At most $2 incidents numbered below $1 (empty: all), newest first, only open
-- ones when $3.
-- Scope: $4 division prefix.
select id, version, body, geom
from incident
where ($1 = '' or number < $1) and (open or not $3) and starts_with(division, $4)
order by number desc
limit $2
