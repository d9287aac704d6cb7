namespace McpRegistry.Auditing;

/// <summary>Looks at one row by itself: whether it still gives its own hash.</summary>
internal static class RowCheck
{
    /// <summary>How far away the place of a row that was moved is looked for. A try costs one hash of 104 bytes.</summary>
    private const int Distance = 1_000;

    /// <summary>Finds what is wrong; null when nothing is.</summary>
    public static AuditChainFault? Of(ChainedAuditEvent row)
    {
        if (row.PreviousHash.Length != AuditHash.Length || row.Hash.Length != AuditHash.Length)
        {
            return Fault(AuditChainFaultKind.Changed, row, "The row has lost a hash.");
        }

        if (row.HashVersion != AuditHash.Version)
        {
            return Fault(AuditChainFaultKind.UnknownVersion, row, $"The hash has the version {row.HashVersion}; this release knows {AuditHash.Version}.");
        }

        var content = AuditHash.OfContent(row.Event);
        if (HasHash(row, row.Sequence, content))
        {
            return null;
        }

        for (var distance = 1; distance <= Distance; distance++)
        {
            foreach (var place in (long[])[row.Sequence - distance, row.Sequence + distance])
            {
                if (place > 0 && HasHash(row, place, content))
                {
                    return Fault(AuditChainFaultKind.Moved, row, $"The row was number {place}.") with { OriginalSequence = place };
                }
            }
        }

        return Fault(AuditChainFaultKind.Changed, row, "The row does not give its hash.");
    }

    private static bool HasHash(ChainedAuditEvent row, long place, byte[] content) =>
        AuditHash.OfRow(row.Event.Tenant, place, row.PreviousHash.Span, content).AsSpan().SequenceEqual(row.Hash.Span);

    private static AuditChainFault Fault(AuditChainFaultKind kind, ChainedAuditEvent row, string message) =>
        new(kind, row.Sequence, row.Event.Id, message);
}
