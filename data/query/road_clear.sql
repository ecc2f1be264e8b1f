-- Takes the bytes of the old network away, to be replaced in the same transaction.
-- Scope: none, the same for everybody.
delete from road_part
