CREATE VIEW database_size_total AS
SELECT
    pg_database_size(current_database()) AS total_size_bytes,
    pg_size_pretty(pg_database_size(current_database())) AS total_size_pretty,
    (SELECT count(*) FROM pg_class AS c WHERE c.relnamespace = own.relnamespace AND c.relkind IN ('r', 'p')) AS table_count,
    (SELECT count(*) FROM pg_class AS c WHERE c.relnamespace = own.relnamespace AND c.relkind IN ('i', 'I')) AS index_count,
    (SELECT count(*) FROM pg_class AS c WHERE c.relnamespace = own.relnamespace AND c.relkind IN ('v', 'm')) AS view_count,
    (SELECT count(*) FROM pg_proc AS p
        WHERE p.pronamespace = own.relnamespace
            AND NOT EXISTS (SELECT 1 FROM pg_depend AS d
                WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')) AS function_count,
    (SELECT count(*) FROM pg_stat_activity AS a WHERE a.datname = current_database()) AS active_connections,
    current_setting('max_connections')::integer AS max_connections,
    now() AS checked_at
FROM pg_class AS own
WHERE own.oid = 'mcp_servers'::regclass;
