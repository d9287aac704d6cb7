CREATE FUNCTION get_server_health_summary(p_tenant_id text DEFAULT NULL)
RETURNS TABLE (
    total_servers bigint,
    healthy_servers bigint,
    unhealthy_servers bigint,
    degraded_servers bigint,
    unknown_servers bigint,
    maintenance_servers bigint,
    avg_response_time numeric)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT
        count(*),
        count(*) FILTER (WHERE s.health_status = 'healthy'),
        count(*) FILTER (WHERE s.health_status = 'unhealthy'),
        count(*) FILTER (WHERE s.health_status = 'degraded'),
        count(*) FILTER (WHERE s.health_status = 'unknown'),
        count(*) FILTER (WHERE s.health_status = 'maintenance'),
        round(avg(s.avg_response_time)::numeric, 2)
    FROM mcp_servers AS s
    WHERE p_tenant_id IS NULL OR s.tenant_id = p_tenant_id::uuid;
END;
