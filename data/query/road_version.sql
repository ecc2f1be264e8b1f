-- Which road network there is: version, source, when it was made. One row or none.
-- Scope: none, the same for everybody.
select version, source, made_at from road_graph
