-- The studies that were not put away.
-- Scope: none; the picture is cut to each reader's scope.
select version, body from study where not removed
