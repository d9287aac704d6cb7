namespace McpRegistry.ApiKeys;

/// <summary>What a key may do. <see cref="Admin"/> implies all others, <see cref="Write"/> implies <see cref="Read"/>.</summary>
[Flags]
public enum ApiKeyScope
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>List and read the registry.</summary>
    Read = 1,

    /// <summary>Register, change and delete servers.</summary>
    Write = 2,

    /// <summary>Everything, keys and tenants included.</summary>
    Admin = 4,

    /// <summary>Call MCP methods through the gateway.</summary>
    Proxy = 8,

    /// <summary>Read metrics and analytics.</summary>
    Metrics = 16,

    /// <summary>Read the health endpoints.</summary>
    Health = 32,
}
