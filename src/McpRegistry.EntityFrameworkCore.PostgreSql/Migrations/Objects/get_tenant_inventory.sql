CREATE FUNCTION get_tenant_inventory(
    p_tenant_id text,
    p_now timestamp with time zone DEFAULT now())
RETURNS TABLE (
    servers bigint,
    tools bigint,
    resources bigint,
    prompts bigint,
    users bigint,
    active_api_keys bigint,
    active_sessions bigint,
    logged_requests bigint)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT
        (SELECT count(*) FROM mcp_servers AS s WHERE s.tenant_id = p_tenant_id::uuid),
        (SELECT count(*) FROM server_tools AS t WHERE t.tenant_id = p_tenant_id::uuid),
        (SELECT count(*) FROM server_resources AS r WHERE r.tenant_id = p_tenant_id::uuid)
            + (SELECT count(*) FROM server_resource_templates AS r WHERE r.tenant_id = p_tenant_id::uuid),
        (SELECT count(*) FROM server_prompts AS p WHERE p.tenant_id = p_tenant_id::uuid),
        (SELECT count(*) FROM users AS u WHERE u.tenant_id = p_tenant_id::uuid),
        (SELECT count(*) FROM api_keys AS k
            WHERE k.tenant_id = p_tenant_id::uuid AND k.is_active AND k.revoked_at IS NULL
                AND (k.expires_at IS NULL OR k.expires_at > p_now)),
        (SELECT count(*) FROM gateway_sessions AS g
            WHERE g.tenant_id = p_tenant_id::uuid AND g.is_active AND g.revoked_at IS NULL AND g.expires_at > p_now),
        (SELECT count(*) FROM request_logs AS l WHERE l.tenant_id = p_tenant_id::uuid);
END;
