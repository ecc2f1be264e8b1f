-- All entries of all ledgers, removed ones too.
-- Scope: none, the server itself.
select ledger, id, version, properties, geom, recorded_at, removed from entry
