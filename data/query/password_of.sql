-- The hash of an account's password. $1 account.
-- Scope: sign-in.
select hash from password where account = $1
