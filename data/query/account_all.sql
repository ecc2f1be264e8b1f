-- Every account, closed ones too.
-- Scope: none; only administrators are shown accounts.
select body from account
