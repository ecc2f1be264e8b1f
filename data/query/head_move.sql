-- Moves the journal's end. $1 number and $2 hash of the last event.
-- Scope: none, every command.
update head set seq = $1, hash = $2
