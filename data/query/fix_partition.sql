-- Whether the partition named $1 is there, asked under a lock so that two nodes
-- do not make it both.
-- Scope: none, the server itself.
select to_regclass($1) is not null from (select pg_advisory_xact_lock(hashtext('track partitions'))) l
