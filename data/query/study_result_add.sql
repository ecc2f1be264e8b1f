-- Keeps the result of study $1: $2, gzipped.
-- Scope: none, decided by the desk.
insert into study_result (study, body) values ($1, $2)
