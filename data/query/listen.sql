-- Hears other nodes ring.
-- Scope: none, carries nothing.
listen onemap_real
