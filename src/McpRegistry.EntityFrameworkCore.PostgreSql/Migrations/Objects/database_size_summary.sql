CREATE VIEW database_size_summary AS
SELECT
    n.nspname AS schemaname,
    c.relname AS tablename,
    pg_size_pretty(size.total) AS total_size,
    pg_size_pretty(size.total - size.indexes) AS table_size,
    pg_size_pretty(size.indexes) AS indexes_size,
    CASE WHEN size.total = 0 THEN 0.00 ELSE round(100.0 * size.indexes / size.total, 2) END AS index_percentage,
    (SELECT count(*) FROM pg_index AS i WHERE i.indrelid = c.oid) AS index_count,
    size.total AS total_size_bytes,
    size.total - size.indexes AS table_size_bytes,
    size.indexes AS indexes_size_bytes
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (SELECT pg_total_relation_size(c.oid) AS total, pg_indexes_size(c.oid) AS indexes) AS size
WHERE c.relkind = 'r' AND n.oid = (SELECT own.relnamespace FROM pg_class AS own WHERE own.oid = 'mcp_servers'::regclass)
ORDER BY size.total DESC, c.relname;
