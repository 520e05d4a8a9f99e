-- :migrations what ran
SELECT name FROM schema_migration ORDER BY name;

-- :server_version which PostgreSQL this is
SELECT current_setting('server_version');

-- :durable whether a commit survives a crash of the machine
SELECT current_setting('fsync')::boolean AND current_setting('synchronous_commit') <> 'off';
