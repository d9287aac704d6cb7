namespace McpRegistry.ApiKeys;

/// <summary>What is known of failed attempts to use a key.</summary>
public sealed record ApiKeyLockout
{
    /// <summary>Gets the state of a key that nobody failed to use.</summary>
    public static ApiKeyLockout None { get; } = new();

    /// <summary>Gets how many attempts failed since the last success or lock, over all replicas.</summary>
    public int FailedAttempts { get; init; }

    /// <summary>Gets when an attempt last failed, UTC; null for never.</summary>
    public DateTimeOffset? LastFailedAttempt { get; init; }

    /// <summary>Gets how many times the key was locked since the last success.</summary>
    public int Lockouts { get; init; }

    /// <summary>Gets until when the key is locked, UTC; null when it never was. It may be over.</summary>
    public DateTimeOffset? LockedUntil { get; init; }
}
