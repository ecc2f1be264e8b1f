-- The journal's end, its epoch, and how many events lie beyond it (none).
-- Scope: none, the server itself.
select seq, hash, epoch::text, (select count(*)::int from event where event.seq > head.seq) from head
