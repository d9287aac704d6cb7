using McpRegistry.Snapshots;
using McpRegistry.Upstream;

namespace McpRegistry.Watching;

/// <summary>Watches on one legacy session: hears its stream and keeps its subscriptions as they are wanted.</summary>
internal sealed class LegacyRound
{
    private readonly Dictionary<string, WatchedResource> _held = new(StringComparer.Ordinal);
    private readonly UpstreamWatch _watch;
    private readonly ConnectionLease _lease;
    private readonly LegacyHearing _hearing;

    public LegacyRound(UpstreamWatch watch, ConnectionLease lease, bool isShared)
    {
        _watch = watch;
        _lease = lease;
        _hearing = new LegacyHearing(watch, isShared);
    }

    private ResourceSubscriptions Subscriptions => _lease.Connection.Subscriptions;

    /// <summary>Returns why the session ended; null when there is nothing left to watch.</summary>
    public async Task<UpstreamFault?> RunAsync(CancellationToken cancellationToken)
    {
        using var membership = _lease.Listen(_hearing);
        try
        {
            if (_watch.HasHeardBefore())
            {
                _hearing.Changed(ListKinds.All);
            }

            while (true)
            {
                Synchronize();
                if (_hearing.Fault is { } fault)
                {
                    return fault;
                }

                if (!_watch.IsWanted)
                {
                    return null;
                }

                await _watch.WaitAsync(cancellationToken).ConfigureAwait(false);
                if (_hearing.TakeMissed())
                {
                    Renew();
                }
            }
        }
        finally
        {
            foreach (var uri in _held.Keys)
            {
                Subscriptions.Remove(uri, _watch.Time);
            }
        }
    }

    private void Synchronize()
    {
        var wanted = _watch.Wanted().ToDictionary(static resource => resource.Uri, StringComparer.Ordinal);
        foreach (var (uri, resource) in _held.ToArray())
        {
            // Removed and added again meanwhile, it is another one, whose outcome somebody waits for.
            if (!wanted.TryGetValue(uri, out var same) || !ReferenceEquals(same, resource))
            {
                _held.Remove(uri);
                Subscriptions.Remove(uri, _watch.Time);
            }
        }

        foreach (var (uri, resource) in wanted)
        {
            if (_held.TryAdd(uri, resource))
            {
                _ = SettleAsync(resource, Subscriptions.AddAsync(uri, _watch.Time));
            }
        }
    }

    /// <summary>After a gap the session may be another one, which knows of no subscription.</summary>
    private void Renew()
    {
        _hearing.Changed(ListKinds.All);
        foreach (var (uri, resource) in _held)
        {
            _ = SettleAsync(resource, Subscriptions.RenewAsync(uri, _watch.Time));
        }
    }

    private async Task SettleAsync(WatchedResource resource, Task<UpstreamReply> request)
    {
        var reply = await request.ConfigureAwait(false);
        _watch.Settle(resource, WatchOutcome.Of(reply));
        if (!reply.Answered)
        {
            // Nothing would be tried again on this session.
            _hearing.Ended(reply.Fault);
        }
    }
}
