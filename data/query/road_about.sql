-- All that is said of the road network there is. One row or none.
-- Scope: none, the same for everybody.
select version, source, made_at, nodes, segments, arcs, bytes, report from road_graph
