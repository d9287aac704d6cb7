namespace McpRegistry.EntityFrameworkCore.Tests.Support.Population;

/// <summary>
/// Fills a migrated database with servers of ten tools each, from a temporary table of drawn tools. Ten tenants, four of five
/// servers healthy, two of a hundred public, descriptions of 200 bytes.
/// </summary>
/// <param name="Series">A table expression <c>n (i)</c> with the numbers from 0 to one below <c>{0}</c>.</param>
/// <param name="Uuid">An expression over a kind and a number, <c>{0}</c> and <c>{1}</c>, that is an id.</param>
/// <param name="Now">The time of everything.</param>
/// <param name="True">The value of a flag that is set.</param>
/// <param name="Empty">An empty binary value.</param>
public sealed record PopulationScript(string Series, string Uuid, string Now, string True, string Empty)
{
    public const int Tenants = 10;
    public const int ToolsPerServer = 10;

    private const int Step = 6553;

    public static PopulationScript PostgreSql { get; } = new(
        "generate_series(0, {0} - 1) AS n (i)",
        "(lpad(to_hex({1}), 8, '0') || '-000{0}-7000-8000-000000000000')::uuid",
        "timestamptz '2026-01-01'",
        "true",
        "''::bytea");

    public static PopulationScript Sqlite { get; } = new(
        "(WITH RECURSIVE c (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < {0} - 1) SELECT i FROM c) AS n",
        "printf('%08X-000{0}-7000-8000-000000000000', {1})",
        "1767225600000000",
        "1",
        "x''");

    /// <summary>Tells which draw gave a server the tool at one place of its list.</summary>
    public static int SlotOf(int server, int place) => ((server * ToolsPerServer) + (place * Step)) % ToolPopularity.Draws;

    public static Guid TenantId(int number) => Guid.Parse($"{number:x8}-0001-7000-8000-000000000000");

    public IEnumerable<string> Statements(int servers)
    {
        var series = string.Format(null, Series, servers);
        var (tenant, server) = (Id(1, $"(i % {Tenants})"), Id(2, "i"));
        yield return
            $"""
             INSERT INTO mcp_servers (id, tenant_id, name, name_key, alias, description, description_key, tags, origin, session_isolation, visibility,
                 enabled, health_status, health_rank, avg_response_time, response_order, request_count, error_count, created_at, updated_at, version)
             SELECT {server}, {tenant}, 'server ' || i, 'SERVER ' || i, 's' || i, {Description}, upper({Description}), '[]', 'api', 'per_principal',
                 CASE WHEN i % 50 = 7 THEN 'public' ELSE 'tenant' END, {True}, CASE WHEN {IsSick} THEN 'unhealthy' ELSE 'healthy' END,
                 CASE WHEN {IsSick} THEN 4 ELSE 0 END, {Time}, {Time}, 0, 0, {Now}, {Now}, 1
             FROM {series}
             """;
        yield return
            $"""
             INSERT INTO server_endpoints (id, tenant_id, server_id, ordinal, transport_type, endpoint_url, arguments, environment, weight)
             SELECT {Id(3, "i")}, {tenant}, {server}, 0, 'streamable_http', 'https://s' || i || '.example/mcp', '[]', '{Braces}', 1 FROM {series}
             """;
        yield return
            $"""
             INSERT INTO server_discoveries (tenant_id, server_id, health_status, completed_at, duration_us, faults, server_info, capabilities, has_items)
             SELECT {tenant}, {server}, CASE WHEN {IsSick} THEN 'unhealthy' ELSE 'healthy' END, {Now}, 1000, '[]', {Empty}, {Empty}, {True} FROM {series}
             """;
        yield return
            $"""
             INSERT INTO server_tags (tenant_id, server_id, tag) SELECT {tenant}, {server}, 'tag' || (i * 7919 % 1000) FROM {series}
             """;
        yield return
            $"""
             INSERT INTO server_tags (tenant_id, server_id, tag) SELECT {tenant}, {server}, 'everyday' FROM {series} WHERE i % 3 > 0
             """;
        yield return
            $"""
             INSERT INTO server_resources (id, tenant_id, server_id, uri_template, key_hash, ordinal, definition, total_calls, success_count, error_count)
             SELECT {Id(4, "i")}, {tenant}, {server}, 'file:///srv/' || (i * 7919 % 5003) || '/data.csv', hash, 0, {Empty}, 0, 0, 0
             FROM {series} JOIN drawn ON slot = i % {ToolPopularity.Draws}
             """;
        yield return
            $"""
             INSERT INTO server_tools (id, tenant_id, server_id, name, key_hash, ordinal, definition, total_calls, success_count, error_count)
             SELECT {Id(5, $"(i * {ToolsPerServer} + j)")}, {tenant}, {server}, name, hash, j, {Empty}, 0, 0, 0
             FROM {series} CROSS JOIN (SELECT slot AS j FROM drawn WHERE slot < {ToolsPerServer}) AS places
             JOIN drawn ON slot = (i * {ToolsPerServer} + j * {Step}) % {ToolPopularity.Draws}
             ON CONFLICT DO NOTHING
             """;
    }

    private const string Braces = "{}";
    private const string IsSick = "i * 7 % 100 < 20";
    private const string Time = "(i * 7919 % 100003) / 100.0";

    private const string Description =
        "'Server number ' || i || ' answers questions about things that nobody else would know, and does so patiently, in many "
        + "languages, at every hour of the day, for whoever asks politely and has the right to know them.'";

    private string Id(int kind, string number) => string.Format(null, Uuid, kind, number);
}
