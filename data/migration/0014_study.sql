-- Studies (覆盖分析): what was asked and how it ended; the result lies beside,
-- gzipped. The body is json and not jsonb, which would put the members of
-- parameters and figures in another order than the journal has them in.
create table study (
  id       uuid   primary key,
  version  int    not null,
  removed  boolean not null,
  body     json   not null,
  seq      bigint not null
);
create index study_kept on study (seq desc) where not removed;

create table study_result (
  study uuid  primary key references study,
  body  bytea not null
);
