using McpRegistry.Discovery;

namespace McpRegistry.Supervision;

/// <summary>
/// What the store is known to have of one server. Each write of a report is a change that every replica follows, in the feed
/// that tells them of revoked keys too, so that a report which says nothing new is not written.
/// </summary>
internal sealed class StoredReport
{
    private DiscoveryReport? _known;

    /// <summary>Gets a mark of what is known, for <see cref="Wrote"/>.</summary>
    public DiscoveryReport? Mark => Volatile.Read(ref _known);

    /// <summary>Takes over what was read from the store; null when it has no report.</summary>
    public void Read(DiscoveryReport? report) => Volatile.Write(ref _known, report);

    /// <summary>Notes the outcome of a write, unless the store was read since it began: another replica may have written after it.</summary>
    /// <param name="mark">The mark from before the write.</param>
    /// <param name="report">What was written; null when nobody knows what is there now.</param>
    public void Wrote(DiscoveryReport? mark, DiscoveryReport? report) => Interlocked.CompareExchange(ref _known, report, mark);

    /// <summary>Tells whether the store has what a report says, and had it confirmed not too long before.</summary>
    public bool Has(DiscoveryReport report, TimeSpan patience) =>
        Mark is { } known && report.CompletedAt - known.CompletedAt < patience && DiscoveryEquality.SaySame(known, report);
}
