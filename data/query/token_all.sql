-- Every token, revoked and ended ones too.
-- Scope: none; only administrators are shown tokens.
select body from token
