-- The token whose secret has hash $1.
-- Scope: the secret itself.
select id from token where hash = $1
