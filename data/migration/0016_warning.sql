-- Warnings (预警): ours with all their messages, and those of other houses. The
-- identifier is that of our last message: no two go out under one number. The
-- body is json and not jsonb, which would put the members of a foreign message
-- in another order than the journal has them in.
create table warning (
  id         uuid   primary key,
  version    int    not null,
  state      text   not null,
  identifier text,
  ended_at   timestamptz,
  body       json   not null,
  seq        bigint not null
);
create unique index warning_identifier on warning (identifier);
create index warning_ended on warning (ended_at);
