-- How many notes incident $1 has, and how many of them are photos.
-- Scope: none, decided by the desk.
select count(*)::int, count(*) filter (where body ? 'photo')::int
from note
where incident = $1
