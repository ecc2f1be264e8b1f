-- Terminals (终端): who may report positions, and how each is read. The hash of
-- its secret lies in a column of its own and never in the journal.
create table terminal (
  id       uuid    primary key,
  version  int     not null,
  protocol text    not null,
  identity text    not null,
  removed  boolean not null,
  body     json    not null,
  hash     bytea,
  seq      bigint  not null
);
create unique index terminal_identity on terminal (protocol, identity) where not removed;
