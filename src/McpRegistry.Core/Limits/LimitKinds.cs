namespace McpRegistry.Limits;

/// <summary>How limits are called on the wire and to people.</summary>
internal static class LimitKinds
{
    public static bool IsQuota(LimitKind kind) => kind is LimitKind.KeyHour or LimitKind.KeyDay or LimitKind.TenantHour or LimitKind.TenantDay;

    public static string Name(LimitKind kind) => kind switch
    {
        LimitKind.Ban => "ban",
        LimitKind.Global => "global",
        LimitKind.FairShare => "fair_share",
        LimitKind.Tenant => "tenant",
        LimitKind.User => "user",
        LimitKind.Key => "key",
        LimitKind.Address => "address",
        LimitKind.KeyHour => "key_hour",
        LimitKind.KeyDay => "key_day",
        LimitKind.TenantHour => "tenant_hour",
        LimitKind.TenantDay => "tenant_day",
        _ => "tool",
    };

    /// <summary>Names the limit in a sentence about what was used up.</summary>
    public static string Describe(LimitKind kind, int limit) => kind switch
    {
        LimitKind.Ban => "This address is banned because of too many requests beyond its limits",
        LimitKind.Global => "The gateway gets more requests than it takes",
        LimitKind.FairShare => "The tenant has used its fair share of the gateway while others need theirs",
        LimitKind.Tenant => $"The tenant has made more than {limit} requests a minute",
        LimitKind.User => $"The user has made more than {limit} requests a minute",
        LimitKind.Key => $"The API key has made more than {limit} requests a minute",
        LimitKind.Address => $"This address has made more than {limit} requests a minute",
        LimitKind.KeyHour => $"The API key has used its {limit} calls of this hour",
        LimitKind.KeyDay => $"The API key has used its {limit} calls of this day",
        LimitKind.TenantHour => $"The tenant has used its {limit} calls of this hour",
        LimitKind.TenantDay => $"The tenant has used its {limit} calls of this day",
        _ => $"The tool was called more than {limit} times a minute",
    };
}
