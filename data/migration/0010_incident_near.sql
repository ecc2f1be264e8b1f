-- Ended incidents by place, for what happened before where a call comes from,
-- and all by when they were received, for reports over a time.
create index incident_near on incident using gist ((geom::geography)) where not open;

-- The text in the body is RFC 3339 in UTC, so no setting changes what it means.
create function received(body jsonb) returns timestamptz
  language sql immutable strict parallel safe
  as $$ select (body ->> 'received_at')::timestamptz $$;
create index incident_received on incident (received(body));
