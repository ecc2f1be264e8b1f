-- Takes layers $1 of the base map away (null: all), to be replaced in the same
-- transaction. Not a truncate, which would make tiles wait.
-- Scope: none, the same for everybody.
delete from base where $1::text[] is null or layer = any($1)
