-- At most $5 assignments of incident $1 and of unit $2 (null: any), newest order
-- first, from behind the one ordered at $3 with id $4.
-- Scope: the caller checks each.
select id, version, body
from assignment
where ($1::uuid is null or incident = $1) and ($2::uuid is null or unit = $2) and (ordered_at, id) < ($3::timestamptz, $4::uuid)
order by ordered_at desc, id desc
limit $5
