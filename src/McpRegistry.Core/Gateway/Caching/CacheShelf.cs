using System.Collections.Concurrent;
using McpRegistry.Discovery;
using McpRegistry.Snapshots;

namespace McpRegistry.Gateway.Caching;

/// <summary>
/// What is kept of one server as long as it is the same: reached in the same way, with the same credentials, and with the same
/// catalogue.
/// </summary>
internal sealed class CacheShelf(IServerConnections connections, DiscoveryReport report)
{
    private volatile DiscoveryReport _report = report;
    private volatile int _epoch;

    public ConcurrentDictionary<ResponseKey, CachedResponse> Responses { get; } = new();

    public IServerConnections Connections => connections;

    /// <summary>Gets the number of changes so far: what was asked for before one of them is not kept after it.</summary>
    public int Epoch => _epoch;

    /// <summary>Gets or sets a value that tells that another shelf has taken the place of this one.</summary>
    public bool IsGone { get; set; }

    public void Change_NeedsLock() => _epoch++;

    public bool IsOf(ServerEntry server) => ReferenceEquals(connections, server.Connections) && ReferenceEquals(_report, server.Report);

    /// <summary>Goes along with another reading of the same catalogue; false when it is a different one.</summary>
    public bool TryFollow_NeedsLock(ServerEntry server)
    {
        if (!ReferenceEquals(connections, server.Connections) || !IsSame(_report, server.Report!))
        {
            return false;
        }

        _report = server.Report!;
        return true;
    }

    private static bool IsSame(DiscoveryReport old, DiscoveryReport now) =>
        old.Era == now.Era
        && string.Equals(old.ProtocolVersion, now.ProtocolVersion, StringComparison.Ordinal)
        && old.Capabilities.Span.SequenceEqual(now.Capabilities.Span)
        && (old.Items == now.Items || old.Items.AsSpan().SequenceEqual(now.Items.AsSpan(), SameEntry.Comparer));
}
