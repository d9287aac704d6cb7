namespace McpRegistry.Limits;

/// <summary>How long a quota lasts before it begins anew.</summary>
public enum QuotaPeriod
{
    /// <summary>An hour of UTC, from its first minute.</summary>
    Hour,

    /// <summary>A day of UTC, from midnight.</summary>
    Day,
}
