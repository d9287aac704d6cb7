namespace McpRegistry.Auditing;

/// <summary>An audit event at its place in the chain of its tenant.</summary>
public sealed record ChainedAuditEvent
{
    /// <summary>Gets the event as it is stored.</summary>
    public required AuditEvent Event { get; init; }

    /// <summary>Gets its number in the chain of its tenant, from 1 without gaps.</summary>
    public required long Sequence { get; init; }

    /// <summary>Gets the hash of the row before it, 32 bytes; zeros for the first.</summary>
    public required ReadOnlyMemory<byte> PreviousHash { get; init; }

    /// <summary>Gets the hash of this row, 32 bytes; see <see cref="AuditHash"/>.</summary>
    public required ReadOnlyMemory<byte> Hash { get; init; }

    /// <summary>Gets the version of the encoding that was hashed.</summary>
    public required int HashVersion { get; init; }

    /// <summary>Puts an event behind the last one of its chain.</summary>
    /// <param name="auditEvent">The event, with the time as the store keeps it.</param>
    /// <param name="sequence">Its number.</param>
    /// <param name="previousHash">The hash of the row before it.</param>
    /// <returns>The event with its hash.</returns>
    public static ChainedAuditEvent Link(AuditEvent auditEvent, long sequence, ReadOnlyMemory<byte> previousHash)
    {
        ArgumentNullException.ThrowIfNull(auditEvent);
        return new ChainedAuditEvent
        {
            Event = auditEvent,
            Sequence = sequence,
            PreviousHash = previousHash,
            Hash = AuditHash.OfRow(auditEvent.Tenant, sequence, previousHash.Span, AuditHash.OfContent(auditEvent)),
            HashVersion = AuditHash.Version,
        };
    }
}
