CREATE VIEW index_usage_summary AS
SELECT
    s.schemaname,
    s.relname AS tablename,
    s.indexrelname AS indexname,
    pg_size_pretty(pg_relation_size(s.indexrelid)) AS index_size,
    s.idx_scan AS index_scans,
    s.idx_tup_read AS tuples_read,
    s.idx_tup_fetch AS tuples_fetched,
    CASE
        WHEN s.idx_scan = 0 THEN 'Unused'
        WHEN s.idx_scan < 10 THEN 'Rarely Used'
        WHEN s.idx_scan < 100 THEN 'Occasionally Used'
        ELSE 'Frequently Used'
    END AS usage_category,
    pg_relation_size(s.indexrelid) AS size_bytes,
    i.indisprimary OR i.indisunique OR i.indisexclusion AS is_key
FROM pg_stat_all_indexes AS s
JOIN pg_index AS i ON i.indexrelid = s.indexrelid
JOIN pg_class AS c ON c.oid = s.relid
WHERE c.relnamespace = (SELECT own.relnamespace FROM pg_class AS own WHERE own.oid = 'mcp_servers'::regclass)
ORDER BY s.idx_scan, pg_relation_size(s.indexrelid) DESC, s.indexrelname;
