-- Draws the next human number of year $1; given back when the command fails.
-- Scope: none, decided by the desk.
insert into number (year, last) values ($1, 1)
on conflict (year) do update set last = number.last + 1
returning last
