-- At most $2 reads of restricted fields, the newest first, from behind number $1.
-- Scope: none, whoever audits reads all.
select id, at, actor, actor_name, operation, kind, subject, fields from read_audit where id < $1 order by id desc limit $2
