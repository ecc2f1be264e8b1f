-- One tile of the base map as MVT, a source layer each, and how many features
-- it holds. $1 zoom, $2 x, $3 y, $4 most features, the first ranks stay. Below
-- zoom 11 shapes are thinned to half a pixel.
-- Scope: none, the same for everybody.
select coalesce(string_agg(mvt, ''::bytea order by layer), ''), coalesce(sum(n), 0)::int
from (
  select layer, st_asmvt(f, layer, 4096, 'geom', 'fid' order by fid) as mvt, count(*) as n
  from (
    select layer, fid, row(fid, tile, st_asmvtgeom(
      case when $1 < 11 then st_simplify(geom3857, 40075016.6856 / 1024 / (1 << $1)) else geom3857 end,
      st_tileenvelope($1, $2, $3), 4096, 64, true))::feature as f
    from base
    where geom3857 && st_tileenvelope($1, $2, $3, margin => 64.0 / 4096) and minzoom <= $1
    order by rank, fid
    limit $4
  ) cut
  where (f).geom is not null
  group by layer
) layers
