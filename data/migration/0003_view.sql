-- Ledgers as plain tables, for people with psql or QGIS. fid is the key QGIS wants.
create view division as select fid, id, version, code, name, division, verify_by,
  properties->>'level' as level, properties->>'parent' as parent, properties->>'county' as county,
  (properties->>'zone')::boolean as zone, (properties->>'people')::int as people,
  (properties->>'area_m2')::bigint as area_m2, geom
from entry where ledger = 'division' and not removed;

create view team as select fid, id, version, code, name, division, sensitivity, verify_by,
  properties->>'owner' as owner, properties->>'owner_system' as owner_system,
  coalesce((properties->>'joint')::boolean, false) as joint, properties->>'readiness' as readiness,
  properties->'capabilities' as capabilities, properties->'equipment' as equipment,
  (properties->>'mobilise_day_min')::int as mobilise_day_min,
  (properties->>'mobilise_night_min')::int as mobilise_night_min, geom::geometry(Point, 4326)
from entry where ledger = 'team' and not removed;

create view unit as select fid, id, version, code, name, division, sensitivity, verify_by,
  (properties->>'team')::uuid as team, properties->>'call_sign' as call_sign, properties->>'kind' as kind,
  properties->>'plate' as plate, properties->>'duty' as duty, (properties->>'crew')::int as crew,
  (properties->>'crew_minimum')::int as crew_minimum, properties->'capabilities' as capabilities,
  properties#>>'{terminal,number}' as terminal, geom::geometry(Point, 4326)
from entry where ledger = 'unit' and not removed;

create view depot as select fid, id, version, code, name, division, sensitivity, verify_by,
  properties->>'owner' as owner, properties->>'level' as level, (properties->>'area_m2')::int as area_m2,
  properties->'stock' as stock, geom::geometry(Point, 4326)
from entry where ledger = 'depot' and not removed;

create view shelter as select fid, id, version, code, name, division, sensitivity, verify_by,
  properties->>'class' as class, properties->>'grade' as grade, properties->>'space' as space,
  properties->>'state' as state, (properties->>'capacity')::int as capacity,
  (properties->>'occupancy')::int as occupancy, (properties->>'area_m2')::int as area_m2,
  geom::geometry(Point, 4326)
from entry where ledger = 'shelter' and not removed;

create view hazard as select fid, id, version, code, name, division, sensitivity, verify_by,
  properties->>'kind' as kind, (properties->>'level')::int as level, properties->>'state' as state,
  (properties->>'people_at_risk')::int as people_at_risk,
  coalesce((properties->>'overhanging')::boolean, false) as overhanging, geom::geometry(Point, 4326)
from entry where ledger = 'hazard' and not removed;

create view risk_zone as select fid, id, version, code, name, division, sensitivity, verify_by,
  properties->>'kind' as kind, (properties->>'class')::int as class, geom
from entry where ledger = 'risk_zone' and not removed;

create view camera as select fid, id, version, code, name, division, sensitivity, verify_by,
  properties->>'gb_code' as gb_code, properties->>'state' as state,
  (properties->>'heading_deg')::int as heading_deg, properties->>'url' as url, geom::geometry(Point, 4326)
from entry where ledger = 'camera' and not removed;

create view cell as select fid, id, version, code, division,
  (properties->>'people')::int as people, (properties->>'area_m2')::int as area_m2, geom
from entry where ledger = 'cell' and not removed;
