-- The warning of id $1, however long ago it ended.
-- Scope: the caller looks at who asks.
select version, body from warning where id = $1
