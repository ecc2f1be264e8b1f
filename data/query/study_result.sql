-- The result of study $1, gzipped.
-- Scope: the caller has been let see the study.
select body from study_result where study = $1
