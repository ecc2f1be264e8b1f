-- Raises the base map's version.
-- Scope: none, the same for everybody.
update meta set value = value + 1 where name = 'base'
