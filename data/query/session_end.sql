-- Ends session $1.
-- Scope: the secret itself.
delete from session where hash = $1
