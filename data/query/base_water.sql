-- The water of the base map that nobody walks across: the sea, and lakes and
-- rivers drawn as areas of $1 square metres and more.
-- Scope: none, the same for everybody.
select geom
from base
where layer in ('sea', 'water')
  and st_dimension(geom) = 2
  and (layer = 'sea' or st_area(geom::geography, false) >= $1)
order by fid
