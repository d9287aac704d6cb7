CREATE FUNCTION get_request_performance_summary(
    p_hours integer DEFAULT 24,
    p_tenant_id text DEFAULT NULL,
    p_now timestamp with time zone DEFAULT now())
RETURNS TABLE (
    total_requests bigint,
    successful_requests bigint,
    error_requests bigint,
    avg_duration_ms numeric,
    p95_duration_ms numeric,
    p99_duration_ms numeric)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT
        count(*),
        count(*) FILTER (WHERE r.status_code < 400),
        count(*) FILTER (WHERE r.status_code >= 400),
        round(avg(r.duration_ms)::numeric, 2),
        round((percentile_cont(0.95) WITHIN GROUP (ORDER BY r.duration_ms))::numeric, 2),
        round((percentile_cont(0.99) WITHIN GROUP (ORDER BY r.duration_ms))::numeric, 2)
    FROM request_logs AS r
    WHERE (p_tenant_id IS NULL OR r.tenant_id = p_tenant_id::uuid)
        AND r.request_time > p_now - make_interval(hours => p_hours)
        AND r.request_time <= p_now;
END;
