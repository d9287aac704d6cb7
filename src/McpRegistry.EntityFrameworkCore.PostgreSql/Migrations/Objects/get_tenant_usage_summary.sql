CREATE FUNCTION get_tenant_usage_summary(
    p_tenant_id text,
    p_hours integer DEFAULT 24,
    p_now timestamp with time zone DEFAULT now())
RETURNS TABLE (
    total_requests bigint,
    unique_users bigint,
    unique_servers bigint,
    avg_duration_ms numeric,
    error_rate numeric,
    total_data_transferred bigint)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT
        count(*),
        count(DISTINCT r.user_id),
        count(DISTINCT r.target_server_id),
        round(avg(r.duration_ms)::numeric, 2),
        round(coalesce(100.0 * count(*) FILTER (WHERE r.status_code >= 400) / nullif(count(*), 0), 0), 2),
        coalesce(sum(coalesce(r.request_size_bytes, 0) + coalesce(r.response_size_bytes, 0)), 0)::bigint
    FROM request_logs AS r
    WHERE r.tenant_id = p_tenant_id::uuid
        AND r.request_time > p_now - make_interval(hours => p_hours)
        AND r.request_time <= p_now;
END;
