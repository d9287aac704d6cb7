namespace McpRegistry.Auditing;

/// <summary>One thing that is wrong with an audit chain.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Sequence">The number of the row, or of the first of several that are missing; null for a row without one.</param>
/// <param name="EventId">The id of the event; null when the row is not there.</param>
/// <param name="Message">What was found, for people.</param>
public sealed record AuditChainFault(AuditChainFaultKind Kind, long? Sequence, Guid? EventId, string Message)
{
    /// <summary>Gets the number of the last row that is missing; null unless several in a line are.</summary>
    public long? LastSequence { get; init; }

    /// <summary>Gets the number that a moved row had when it was hashed; null for other faults.</summary>
    public long? OriginalSequence { get; init; }
}
