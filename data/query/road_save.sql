-- Puts a road network in the place of the one there is: version $1, source $2,
-- $3 junctions, $4 segments, $5 arcs, $6 bytes, report $7. Two loads queue here.
-- Scope: none, the same for everybody.
insert into road_graph (version, source, nodes, segments, arcs, bytes, report)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (one) do update set
  version = excluded.version, source = excluded.source, made_at = now(), nodes = excluded.nodes,
  segments = excluded.segments, arcs = excluded.arcs, bytes = excluded.bytes, report = excluded.report
