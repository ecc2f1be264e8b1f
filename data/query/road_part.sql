-- Part $1 of the network's bytes.
-- Scope: none, the same for everybody.
select bytes from road_part where part = $1
