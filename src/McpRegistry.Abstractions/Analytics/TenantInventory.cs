namespace McpRegistry.Analytics;

/// <summary>What one tenant has.</summary>
public sealed record TenantInventory
{
    /// <summary>Gets the number of servers, switched off ones included.</summary>
    public long Servers { get; init; }

    /// <summary>Gets the number of tools that were discovered on them.</summary>
    public long Tools { get; init; }

    /// <summary>Gets the number of resources and resource templates that were discovered on them.</summary>
    public long Resources { get; init; }

    /// <summary>Gets the number of prompts that were discovered on them.</summary>
    public long Prompts { get; init; }

    /// <summary>Gets the number of users, switched off ones included.</summary>
    public long Users { get; init; }

    /// <summary>Gets the number of API keys that are switched on, not revoked and not expired.</summary>
    public long ActiveApiKeys { get; init; }

    /// <summary>Gets the number of sessions that are open and not expired.</summary>
    public long ActiveSessions { get; init; }

    /// <summary>Gets the number of requests that the log still holds.</summary>
    public long LoggedRequests { get; init; }
}
