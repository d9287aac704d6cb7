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
    /// Gets the number of a row whose hash was kept elsewhere, in an export or a note; null for none. At least <see cref="From"/> - 1 and
    /// at most <see cref="Until"/>. Only this finds a chain that was cut, taken away or written anew as a whole: a chain that cannot be
    /// compared with it, since the row is not there or retention has deleted it, is not intact. Of the rows that retention deleted the last
    /// one can be compared.
    /// </summary>
    public long? KnownSequence { get; init; }

    /// <summary>Gets the hash of that row, 32 bytes.</summary>
    public ReadOnlyMemory<byte> KnownHash { get; init; }

    /// <summary>Gets the most faults that are listed, 1 to 10,000; further ones are counted. Default 100.</summary>
    public int MaxFaults { get; init; } = 100;
}
