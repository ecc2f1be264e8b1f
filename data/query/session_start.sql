-- Begins a session and forgets those that ended. $1 hash, $2 account, $3 end.
-- Scope: the account's own.
with ended as (delete from session where expires_at < now())
insert into session (hash, account, expires_at) values ($1, $2, $3)
