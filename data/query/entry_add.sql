-- Adds an entry. $1 ledger, $2 id, $3 version, $4 code, $5 name, $6 division,
-- $7 sensitivity, $8 day to verify by, $9 weight, $10 properties, $11 tile
-- attributes, $12 geometry, $13 removed, $14 recorded, $15 journal number.
-- Scope: none, decided by the desk.
insert into entry (ledger, id, version, code, name, division, sensitivity, verify_by, weight, properties, tile, geom, removed, recorded_at, seq)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
