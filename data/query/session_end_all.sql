-- Ends all sessions of account $1 but $2 (null: all).
-- Scope: the account's own, or an administrator.
delete from session where account = $1 and hash is distinct from $2
