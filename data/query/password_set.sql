-- Keeps the hash of an account's password. $1 account, $2 hash.
-- Scope: none, decided by the desk.
insert into password (account, hash) values ($1, $2)
on conflict (account) do update set hash = excluded.hash
