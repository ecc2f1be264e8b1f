-- Adds part $1 of the network's bytes, $2.
-- Scope: none, the same for everybody.
insert into road_part (part, bytes) values ($1, $2)
