-- The journal's end, locked: last of all locks.
-- Scope: none, every command.
select seq, hash from head for update
