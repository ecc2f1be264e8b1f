-- How many positions units $1 have from $2 to $3 (arrays of one length).
-- Scope: the caller has been let see these units' positions.
select count(*)
from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) as asked(unit, since, until)
join fix on fix.unit = asked.unit and fix.device_at between asked.since and asked.until
