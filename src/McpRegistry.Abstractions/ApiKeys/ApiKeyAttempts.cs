namespace McpRegistry.ApiKeys;

/// <summary>What one replica has seen of a key since it last reported.</summary>
public sealed record ApiKeyAttempts
{
    /// <summary>Gets the key.</summary>
    public required Guid KeyId { get; init; }

    /// <summary>Gets a value that tells whether an attempt succeeded, which ends the row of failures that is stored.</summary>
    public bool Succeeded { get; init; }

    /// <summary>Gets how many attempts failed: after the last success, when there was one. At least 0.</summary>
    public int Failures { get; init; }

    /// <summary>Gets when an attempt last failed, UTC; null when none did.</summary>
    public DateTimeOffset? LastFailure { get; init; }
}
