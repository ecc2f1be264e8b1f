-- All incidents.
-- Scope: none, the server itself.
select id, version, body, geom from incident
