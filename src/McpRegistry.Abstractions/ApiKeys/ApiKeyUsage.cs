namespace McpRegistry.ApiKeys;

/// <summary>How a key has been used. Counted in batches, so it lags a little behind; no write of the key itself changes it.</summary>
public sealed record ApiKeyUsage
{
    /// <summary>Gets the usage of a key that was never used.</summary>
    public static ApiKeyUsage None { get; } = new();

    /// <summary>Gets when the key was last used, UTC; null for never.</summary>
    public DateTimeOffset? LastUsed { get; init; }

    /// <summary>Gets when a call with the key last succeeded, UTC; null for never.</summary>
    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>Gets when a call with the key last failed, UTC; null for never.</summary>
    public DateTimeOffset? LastError { get; init; }

    /// <summary>Gets how many calls the key has made.</summary>
    public long TotalRequests { get; init; }

    /// <summary>Gets how many of them failed.</summary>
    public long TotalErrors { get; init; }
}
