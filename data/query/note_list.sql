-- The notes of incident $1, in the order they were recorded; a desk lets no
-- incident have more than 2,000.
-- Scope: the caller has been let see the incident and its notes.
select version, body
from note
where incident = $1
order by seq
