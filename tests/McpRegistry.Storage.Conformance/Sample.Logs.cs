using McpRegistry.Analytics;
using McpRegistry.Auditing;
using McpRegistry.Health;
using McpRegistry.Tenancy;

namespace McpRegistry.Storage.Conformance;

public static partial class Sample
{
    /// <summary>A time that every store keeps exactly.</summary>
    public static DateTimeOffset Time(int second) => new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(second);

    public static AuditEvent AuditEvent(TenantId tenant, int second = 0, string action = "server.update") => new()
    {
        Id = Guid.CreateVersion7(),
        Tenant = tenant,
        OccurredAt = Time(second),
        Action = action,
        ResourceType = "server",
    };

    public static AuditEvent FullAuditEvent(TenantId tenant) => AuditEvent(tenant, action: "tools/call") with
    {
        Source = AuditSource.Mcp,
        OccurredAt = Time(1).AddTicks(10),
        ActorKind = AuditActorKind.ApiKey,
        ActorName = "build agent",
        UserId = Guid.CreateVersion7(),
        ApiKeyId = Guid.CreateVersion7(),
        Roles = ["user", "service"],
        ResourceType = "tool",
        ResourceId = "weather__forecast",
        ResourceName = "Forecast",
        Success = false,
        ErrorCode = -32602,
        ErrorMessage = "Unknown tool",
        Method = "tools/call",
        JsonRpcVersion = "2.0",
        RequestId = "req-1",
        TraceId = "0af7651916cd43dd8448eb211c80319c",
        SessionId = "session 7",
        IpAddress = "2001:db8::1",
        UserAgent = "client/1.0",
        DurationMs = 12.25,
        Details = """{"arguments":{"city":"Oslo"},"n":[1,2.5,null]}""",
    };

    public static RequestLogEntry Request(TenantId tenant, int second = 0) => new()
    {
        Id = Guid.CreateVersion7(),
        Tenant = tenant,
        RequestTime = Time(second),
        Method = "POST",
        Path = "/mcp",
    };

    public static RequestLogEntry FullRequest(TenantId tenant, Guid server) => Request(tenant) with
    {
        UserId = Guid.CreateVersion7(),
        ApiKeyId = Guid.CreateVersion7(),
        RequestId = "7",
        TraceId = "0af7651916cd43dd8448eb211c80319c",
        IpAddress = "192.0.2.7",
        Path = "/mcp/weather",
        McpMethod = "tools/call",
        TargetName = "forecast",
        TargetServerId = server,
        TargetEndpointId = Guid.CreateVersion7(),
        RequestTime = Time(2).AddTicks(10),
        DurationMs = 3.5,
        StatusCode = 200,
        RequestSizeBytes = 120,
        ResponseSizeBytes = 5_000_000_000,
        ErrorType = "timeout",
        ErrorMessage = "It took longer than the gateway waits.",
    };

    public static ServerMetric Metric(TenantId tenant, Guid server, int second = 0) => new()
    {
        Id = Guid.CreateVersion7(),
        Tenant = tenant,
        ServerId = server,
        Timestamp = Time(second),
    };

    public static ServerMetric FullMetric(TenantId tenant, Guid server) => Metric(tenant, server) with
    {
        IntervalMs = 60_000,
        RequestCount = 1_234,
        ErrorCount = 4,
        ResponseTimeMs = 17.5,
        RequestsPerSecond = 20.5,
        ErrorRate = 0.25,
        CpuUsage = 1.5,
        MemoryUsageMb = 512.125,
        ActiveConnections = 3,
        ConnectionPoolSize = 8,
        CustomMetrics = """{"queue":7}""",
    };

    public static HealthCheckRecord HealthCheck(TenantId tenant, Guid server, int second = 0) => new()
    {
        Id = Guid.CreateVersion7(),
        Tenant = tenant,
        ServerId = server,
        CheckedAt = Time(second),
        Outcome = HealthCheckOutcome.Healthy,
    };

    public static HealthCheckRecord FullHealthCheck(TenantId tenant, Guid server) => HealthCheck(tenant, server) with
    {
        EndpointId = Guid.CreateVersion7(),
        Outcome = HealthCheckOutcome.Timeout,
        ResponseTimeMs = 5_000.5,
        ErrorMessage = "No answer",
        Instance = "gateway-1",
    };
}
