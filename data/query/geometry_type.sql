-- The number of PostGIS's geometry type; null before the extension is there.
-- Scope: none, a catalogue.
select to_regtype('public.geometry')::oid
