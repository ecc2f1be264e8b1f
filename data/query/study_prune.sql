-- Drops the results of studies that were put away before $1. What they said
-- stays in the journal.
-- Scope: none, the server itself.
delete from study_result r using study s, event e
where s.id = r.study and s.removed and e.seq = s.seq and e.recorded_at < $1
