-- The days that positions have partitions for, the oldest first: fix_YYYYMMDD.
-- Scope: none, it names no unit.
select c.relname::text
from pg_inherits i
join pg_class c on c.oid = i.inhrelid
where i.inhparent = 'fix'::regclass and c.relname ~ '^fix_[0-9]{8}$'
order by 1
