-- Named points of the base map, the most important first.
-- Scope: none, the same for everybody.
select kind, name, name_en, st_pointonsurface(geom)
from base
where layer in ('place', 'poi') and name <> ''
order by rank, name, fid
