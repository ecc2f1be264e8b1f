-- The hash of the secret of terminal $1.
-- Scope: none; only compared, never shown.
select hash from terminal where id = $1 and hash is not null and not removed
