namespace McpRegistry.Auditing;

/// <summary>Which part of a chain to verify, and what it must hold.</summary>
public sealed record AuditRange
{
    /// <summary>Gets the whole chain.</summary>
    public static AuditRange All { get; } = new();

    /// <summary>Gets the number of the first row, at least 1; null for the beginning of the chain.</summary>
    public long? From { get; init; }

    /// <summary>Gets the number of the last row; null for the end of the chain.</summary>
    public long? Until { get; init; }

    /// <summary>
    /// Gets the number of a row whose hash was kept elsewhere, in an export or a note; null for none. Only this finds a chain that was
    /// written anew as a whole.
    /// </summary>
    public long? KnownSequence { get; init; }

    /// <summary>Gets the hash of that row, 32 bytes.</summary>
    public ReadOnlyMemory<byte> KnownHash { get; init; }

    /// <summary>Gets the most faults that are listed, 1 to 10,000; further ones are counted. Default 100.</summary>
    public int MaxFaults { get; init; } = 100;
}
