-- What the server says of itself, for the doctor.
-- Scope: none, the server itself.
select current_setting('server_version'), postgis_lib_version(), postgis_geos_version(), split_part(postgis_proj_version(), ' ', 1),
  current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit'),
  current_setting('data_checksums'), current_setting('data_directory'), inet_server_addr() is null,
  (select version from schema_version),
  (select count(*)::int from pg_class where relname ~ '^fix_[0-9]{8}$' and relname >= 'fix_' || to_char(now(), 'YYYYMMDD'))
