CREATE VIEW performance_monitoring AS
WITH servers AS (
    SELECT
        count(*) AS total,
        count(*) FILTER (WHERE s.health_status = 'healthy') AS healthy,
        avg(s.avg_response_time) AS response_time,
        100 * avg(s.success_rate) AS success_rate
    FROM mcp_servers AS s
), recent AS (
    SELECT
        count(*) AS total,
        count(*) FILTER (WHERE r.status_code < 400) AS healthy,
        avg(r.duration_ms) AS response_time,
        100.0 * count(*) FILTER (WHERE r.status_code < 400) / nullif(count(*), 0) AS success_rate
    FROM request_logs AS r
    WHERE r.request_time > now() - interval '1 hour' AND r.request_time <= now()
)
SELECT readings.category, readings.metric, readings.value, readings.unit, now() AS snapshot_time
FROM servers, recent, database_size_total AS size, LATERAL (VALUES
    ('database', 'active_connections', size.active_connections::numeric, 'count'),
    ('database', 'index_count', size.index_count::numeric, 'count'),
    ('database', 'table_count', size.table_count::numeric, 'count'),
    ('database', 'total_size', size.total_size_bytes::numeric, 'bytes'),
    ('recent_requests', 'avg_response_time', round(recent.response_time::numeric, 2), 'ms'),
    ('recent_requests', 'avg_success_rate', round(recent.success_rate, 2), 'percent'),
    ('recent_requests', 'healthy_count', recent.healthy::numeric, 'count'),
    ('recent_requests', 'total_count', recent.total::numeric, 'count'),
    ('servers', 'avg_response_time', round(servers.response_time::numeric, 2), 'ms'),
    ('servers', 'avg_success_rate', round(servers.success_rate::numeric, 2), 'percent'),
    ('servers', 'healthy_count', servers.healthy::numeric, 'count'),
    ('servers', 'total_count', servers.total::numeric, 'count')
) AS readings (category, metric, value, unit);
