using McpRegistry.ApiKeys;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Telemetry;
using McpRegistry.Upstream;

namespace McpRegistry.Watching;

/// <summary>
/// Watches one server for one client, across the connections that come and go: holds a connection while there is something
/// to watch, and tells of every gap once it is over (protocol.md 5.2, "Server-side end of subscription").
/// </summary>
/// <param name="context">What all watches share.</param>
/// <param name="caller">Gets the client.</param>
/// <param name="alias">The server.</param>
/// <param name="owner">The client's sessions.</param>
/// <param name="sink">Takes what the client hears.</param>
/// <param name="uriPrefix">What the client has before the server's own URIs; empty when it knows those.</param>
internal sealed class UpstreamWatch(WatchContext context, Func<Caller> caller, string alias, ISessionOwner owner, IWatchSink sink, string uriPrefix) : IAsyncDisposable
{
    private static readonly UpstreamFault Withdrawn = new(FaultReasons.Pending, "The client has unsubscribed before there was an answer.");

    private readonly Lock _lock = new();
    private readonly Dictionary<string, WatchedResource> _resources = new(StringComparer.Ordinal);
    private readonly Pulse _pulse = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task? _running;
    private ServerEntry? _speaking;
    private volatile bool _hears;
    private bool _hasHeard;
    private bool _disposed;

    public IWatchSink Sink => sink;

    public string Alias => alias;

    public TimeProvider Time => context.Time;

    /// <summary>Gets a value that tells whether the client hears what its own legacy session says beyond resources.</summary>
    public bool Hears => _hears;

    public bool IsWanted
    {
        get
        {
            lock (_lock)
            {
                return _hears || _resources.Count > 0;
            }
        }
    }

    /// <summary>Tells whether what the server says is still for the client; a right that is withdrawn makes it silent.</summary>
    public bool MayHear(McpMethod method = McpMethod.Unknown) =>
        Volatile.Read(ref _speaking) is { } server && context.MayHear(caller(), server.Server.Id, method);

    /// <summary>Begins or ends to pass on what the client's own legacy session says beyond resources.</summary>
    public void Hear(bool isOn)
    {
        lock (_lock)
        {
            _hears = isOn;
            Start_NeedsLock();
        }
    }

    /// <summary>Begins to watch a resource; one that is watched already stays as it is.</summary>
    public WatchedResource Add(string uri)
    {
        lock (_lock)
        {
            if (!_resources.TryGetValue(uri, out var resource))
            {
                _resources.Add(uri, resource = new WatchedResource(uri));
            }

            Start_NeedsLock();
            return resource;
        }
    }

    public void Remove(string uri)
    {
        lock (_lock)
        {
            if (_resources.Remove(uri, out var resource))
            {
                // No round will look at it any more, and somebody may wait for what comes of it.
                resource.Settle(new WatchOutcome(false, null, Withdrawn));
            }
        }

        _pulse.Raise();
    }

    /// <summary>Tells whether this is what is watched under its URI now, and not one from before it was removed and added again.</summary>
    public bool Has(WatchedResource resource)
    {
        lock (_lock)
        {
            return _resources.GetValueOrDefault(resource.Uri) == resource;
        }
    }

    /// <summary>Tells whether another session was heard before this one, so that there was a gap between them.</summary>
    public bool HasHeardBefore()
    {
        var before = _hasHeard;
        _hasHeard = _hears;
        return before;
    }

    /// <summary>Wakes the loop, which then looks at what changed.</summary>
    public void Wake() => _pulse.Raise();

    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _pulse.WaitAsync(cancellationToken);

    /// <summary>Returns what is to be watched, without what the server has refused.</summary>
    public WatchedResource[] Wanted()
    {
        lock (_lock)
        {
            return [.. _resources.Values.Where(static resource => !resource.IsRefused)];
        }
    }

    /// <summary>Notes what came of a resource, and tells the client of it if changes may have been missed.</summary>
    public void Settle(WatchedResource resource, WatchOutcome outcome)
    {
        bool endsGap;
        lock (_lock)
        {
            endsGap = resource.Settle(outcome);
        }

        if (endsGap && MayHear(McpMethod.ResourcesSubscribe))
        {
            context.Forget(caller(), alias, resource.Uri);
            sink.Updated(uriPrefix + resource.Uri, default);
        }
    }

    /// <summary>Passes on that a resource changed, if it is one of those that are watched here or a part of one.</summary>
    public void Updated(UpstreamMessage notification)
    {
        var parameters = notification.Params.Of(notification.Json);
        if (JsonMembers.FindText(parameters.Span, "uri"u8) is { } uri && IsWatched(uri) && MayHear(McpMethod.ResourcesSubscribe))
        {
            context.Forget(caller(), alias, uri);
            sink.Updated(uriPrefix + uri, parameters);
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await (_running ?? Task.CompletedTask).ConfigureAwait(false);
        _stopping.Dispose();
        FailWaiting(SessionPool.Closed);
    }

    private void Start_NeedsLock()
    {
        if (_running is null && !_disposed)
        {
            _running = Detached.Run(RunAsync);
        }

        _pulse.Raise();
    }

    private bool IsWatched(string uri)
    {
        lock (_lock)
        {
            if (_resources.ContainsKey(uri))
            {
                return true;
            }

            // A server may tell of a part of what is watched.
            for (var end = uri.AsSpan().LastIndexOfAny("/?#"); end > 0; end = uri.AsSpan(0, end).LastIndexOfAny("/?#"))
            {
                if (_resources.ContainsKey(uri[..end]) || _resources.ContainsKey(uri[..(end + 1)]))
                {
                    return true;
                }
            }

            return false;
        }
    }

    private async Task RunAsync()
    {
        var failures = 0;
        try
        {
            while (true)
            {
                if (!IsWanted)
                {
                    await _pulse.WaitAsync(_stopping.Token).ConfigureAwait(false);
                    continue;
                }

                var began = context.Time.GetTimestamp();
                if (await ServeAsync().ConfigureAwait(false) is not { } fault)
                {
                    failures = 0;
                    continue;
                }

                failures = context.IsLong(began) ? 1 : failures + 1;

                // In this order: what is added from here on ends the pause.
                _pulse.Clear();
                FailWaiting(fault);
                await PauseAsync(failures).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Nobody wants to hear anything any more.
        }
    }

    private Task<UpstreamFault?> ServeAsync() => context.WatchAsync(
        caller(),
        alias,
        owner,
        (server, lease) => RoundAsync(server, lease),
        _stopping.Token);

    private Task<UpstreamFault?> RoundAsync(ServerEntry server, ConnectionLease lease)
    {
        Volatile.Write(ref _speaking, server);
        return lease.Connection.Handshake.Era == ProtocolEra.Modern
            ? new ModernRound(this, lease.Connection).RunAsync(_stopping.Token)
            : new LegacyRound(this, lease, server.Server.Isolation == SessionIsolation.Shared).RunAsync(_stopping.Token);
    }

    /// <summary>Answers those who wait for an outcome; what they watch is tried again for as long as they leave it here.</summary>
    private void FailWaiting(UpstreamFault fault)
    {
        lock (_lock)
        {
            foreach (var resource in _resources.Values.Where(static resource => !resource.First.IsCompleted))
            {
                resource.Settle(new WatchOutcome(false, null, fault));
            }
        }
    }

    /// <summary>Waits before another attempt; what the client adds or gives up meanwhile ends the wait.</summary>
    /// <returns>True when the time has passed.</returns>
    public async Task<bool> PauseAsync(int failures)
    {
        using var pause = new CancellationTokenSource(context.PauseAfter(failures), context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(pause.Token, _stopping.Token);
        try
        {
            await _pulse.WaitAsync(either.Token).ConfigureAwait(false);
            return false;
        }
        catch (OperationCanceledException) when (!_stopping.IsCancellationRequested)
        {
            return true;
        }
    }
}
