namespace McpRegistry.SoakDrill;

/// <summary>The configuration of the gateway, of documented options only: short times, and limits that let one key have all clients.</summary>
internal static class DrillSettings
{
    public const string Key = "soak-drill-admin-key-0123456789-abcdef";

    public static Dictionary<string, string> For(int clients, TimeSpan idle, DrillUpstreams upstreams, string database) => new(StringComparer.Ordinal)
    {
        ["Drill:Database"] = database,
        ["McpRegistry:Bootstrap:AdminKey"] = Key,
        ["McpRegistry:Outbound:AllowLoopback"] = "true",
        [$"McpRegistry:Servers:{DrillUpstreams.Old}:Url"] = upstreams.OldUrl.ToString(),
        [$"McpRegistry:Servers:{DrillUpstreams.New}:Url"] = upstreams.NewUrl.ToString(),
        ["McpRegistry:Gateway:SessionIdleTimeout"] = idle.ToString("c"),
        ["McpRegistry:Upstream:SessionIdleTimeout"] = idle.ToString("c"),
        ["McpRegistry:Gateway:QuestionTimeout"] = idle.ToString("c"),
        ["McpRegistry:Gateway:RequestTimeout"] = idle.ToString("c"),
        ["McpRegistry:Gateway:KeepAliveInterval"] = "00:00:02",
        ["McpRegistry:Gateway:MaxSessionsPerCaller"] = $"{clients}",
        ["McpRegistry:Gateway:MaxStreamsPerCaller"] = $"{clients}",
        ["McpRegistry:Gateway:MaxSuspendedCalls"] = $"{clients}",
        ["McpRegistry:Gateway:MaxSuspendedCallsPerCaller"] = $"{clients}",
        ["McpRegistry:Gateway:MaxSuspendedCallsPerServer"] = $"{clients}",
        ["McpRegistry:Upstream:MaxSessionsPerEndpoint"] = $"{clients + 1}",
        ["McpRegistry:Upstream:MaxSessionsPerCaller"] = $"{clients + 1}",

        // Hundreds of calls hang until their time is over, for which a breaker rightly shuts the server; what is counted here is what they leave behind.
        ["McpRegistry:Resilience:CircuitBreaker:Enabled"] = "false",
    };
}
