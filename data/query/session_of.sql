-- The account and end of session $1; notes at most once a minute that it was seen.
-- Scope: the secret itself.
with seen as (
  update session set seen_at = now() where hash = $1 and expires_at > now() and seen_at < now() - interval '1 minute')
select account, expires_at from session where hash = $1 and expires_at > now()
