-- Saves an entry that stood at version $16; the others as in entry_add.
-- Scope: none, decided by the desk.
update entry
set version = $3, code = $4, name = $5, division = $6, sensitivity = $7, verify_by = $8, weight = $9,
    properties = $10, tile = $11, geom = $12, removed = $13, recorded_at = $14, seq = $15
where ledger = $1 and id = $2 and version = $16
