-- How many studies of $1 wait or run, and how many of all were not put away.
-- Scope: none, decided by the desk.
select count(*) filter (where body->>'state' = 'asked' and body->>'by' = $1::uuid::text)::int, count(*)::int
from study
where not removed
