-- Keeps the photo $2 of note $1.
-- Scope: none, decided by the desk.
insert into photo (note, body) values ($1, $2)
