-- One tile of a ledger as MVT, and how many features it holds. $1 ledger,
-- $2 zoom, $3 x, $4 y, $7 most features, the heaviest stay, $8 attributes left
-- out. Below zoom 11 shapes are thinned to half a pixel.
-- Scope: $5 division prefix, $6 clearance.
select coalesce(st_asmvt(f, $1, 4096, 'geom', 'fid'), ''), count(*)::int
from (
  select fid,
    case when verify_by < (now() at time zone 'Asia/Shanghai')::date then tile || '{"stale": true}' else tile end - $8::text[] as tile,
    st_asmvtgeom(
      case when $2 < 11 then st_simplify(geom3857, 40075016.6856 / 1024 / (1 << $2)) else geom3857 end,
      st_tileenvelope($2, $3, $4), 4096, 64, true) as geom
  from entry
  where ledger = $1 and not removed
    and geom3857 && st_tileenvelope($2, $3, $4, margin => 64.0 / 4096)
    and starts_with(division, $5) and sensitivity <= $6
  order by weight desc, fid
  limit $7
) f
where geom is not null
