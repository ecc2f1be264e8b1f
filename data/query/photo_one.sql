-- The bytes of the photo of note $1.
-- Scope: the caller has been let see the note's incident.
select body from photo where note = $1
