-- The version of the base map.
-- Scope: none, a number only.
select value from meta where name = 'base'
