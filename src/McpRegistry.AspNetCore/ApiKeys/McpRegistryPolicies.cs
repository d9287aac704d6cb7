namespace McpRegistry.AspNetCore.ApiKeys;

/// <summary>The authorization policies of the endpoints; each demands one scope.</summary>
public static class McpRegistryPolicies
{
    /// <summary>List and read the registry.</summary>
    public const string Read = "McpRegistry.Read";

    /// <summary>Register, change and delete servers.</summary>
    public const string Write = "McpRegistry.Write";

    /// <summary>Everything.</summary>
    public const string Admin = "McpRegistry.Admin";

    /// <summary>Call MCP methods through the gateway.</summary>
    public const string Proxy = "McpRegistry.Proxy";

    /// <summary>Read metrics and analytics.</summary>
    public const string Metrics = "McpRegistry.Metrics";

    /// <summary>Read the health endpoints.</summary>
    public const string Health = "McpRegistry.Health";
}
