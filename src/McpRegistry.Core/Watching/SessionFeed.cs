using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Upstream;

namespace McpRegistry.Watching;

/// <summary>
/// What a legacy session hears beside its answers: changes for as long as it lives, what its servers say unasked while its
/// stream is open, and the resources that it subscribed to. What comes while there is no stream waits, within bounds.
/// </summary>
internal sealed class SessionFeed : ICatalogueListener, IWatchSink, IAsyncDisposable
{
    private readonly WatchContext _context;
    private readonly ClientSession _session;
    private readonly WatchOwner _owner;
    private readonly NotificationOutbox _outbox;
    private readonly ConcurrentDictionary<string, UnaskedQuestions> _questions = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Alias, bool IsWrapped), UpstreamWatch> _watches = [];
    private readonly Dictionary<string, (UpstreamWatch Watch, string OwnUri)> _subscribed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    [SuppressMessage("Usage", "CA2213", Justification = "A late stream may still wait for it; it holds nothing to release.")]
    private readonly SemaphoreSlim _pumping = new(1, 1);
    private IDisposable? _membership;
    private int _streams;
    private bool _disposed;
    private Caller _caller;

    public SessionFeed(WatchContext context, ClientSession session, Caller caller)
    {
        _context = context;
        _session = session;
        _caller = caller;
        _owner = new WatchOwner(session.PrincipalId, session.Profile, session.Id, session.Ended) { ClientSession = session };
        _outbox = context.CreateOutbox();
        Servers = new ServerTeller(context, () => Caller, _owner, Used);
    }

    /// <summary>Gets what tells the client's servers what it has to say to all of them.</summary>
    public ServerTeller Servers { get; }

    /// <summary>Gets a value that tells whether the session has a stream open.</summary>
    public bool IsOpen => Volatile.Read(ref _streams) > 0;

    /// <summary>Gets or sets the client, as the last request of the session showed it: its key may have got other bounds meanwhile.</summary>
    public Caller Caller
    {
        get => Volatile.Read(ref _caller);
        set => Volatile.Write(ref _caller, value);
    }

    /// <summary>Notes that the session called a server, which from then on may have something to say to it.</summary>
    public void Use(ServerEntry server)
    {
        lock (_lock)
        {
            if (_used.Add(server.Server.Alias) && _streams > 0)
            {
                Hear_NeedsLock(server);
            }
        }
    }

    /// <summary>Sends what the session hears to its stream until that ends. A stream that takes the place of another waits for its end.</summary>
    public async Task PumpAsync(IAnswerStream stream, CancellationToken cancellationToken)
    {
        Open();
        try
        {
            await _pumping.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                while (true)
                {
                    var ready = await _outbox.TakeAsync(cancellationToken).ConfigureAwait(false);
                    await SendAsync(stream, ready, cancellationToken).ConfigureAwait(false);
                }
            }
            finally
            {
                _pumping.Release();
            }
        }
        finally
        {
            Close();
        }
    }

    /// <summary>Subscribes to a resource; the outcome is the server's.</summary>
    /// <param name="route">The server, and the resource as it knows it.</param>
    /// <param name="uri">The resource as the client knows it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null when the session has as many subscriptions as it may have.</returns>
    public async Task<WatchOutcome?> SubscribeAsync(ResourceRoute route, string uri, CancellationToken cancellationToken)
    {
        UpstreamWatch watch;
        WatchedResource resource;
        lock (_lock)
        {
            if (!_subscribed.TryGetValue(uri, out var known))
            {
                if (_disposed || _subscribed.Count >= _context.Options.MaxUrisPerSubscription)
                {
                    return null;
                }

                _subscribed.Add(uri, known = (WatchOf_NeedsLock(route.Owner.Server.Alias, route.IsWrapped), route.Uri));
            }

            watch = known.Watch;
            resource = watch.Add(known.OwnUri);
        }

        var outcome = new WatchOutcome(false, null, SessionPool.Closed);
        try
        {
            outcome = await resource.First.WaitAsync(cancellationToken).ConfigureAwait(false);
            return outcome;
        }
        finally
        {
            if (!outcome.IsAccepted)
            {
                GiveUp(uri, watch, resource);
            }
        }
    }

    /// <summary>Tells of everything that the client watches: it has missed something, and nobody knows what.</summary>
    public void MayHaveMissed()
    {
        string[] uris;
        lock (_lock)
        {
            uris = [.. _subscribed.Keys];
        }

        if (_session.Alias is null)
        {
            _outbox.Changed(ListKinds.All);
        }
        else
        {
            Changed(ListKinds.All);
        }

        foreach (var uri in uris)
        {
            _outbox.Updated(uri, default);
        }
    }

    public void Unsubscribe(string uri)
    {
        lock (_lock)
        {
            if (_subscribed.Remove(uri, out var subscribed))
            {
                subscribed.Watch.Remove(subscribed.OwnUri);
            }
        }
    }

    /// <summary>Forgets a subscription that came to nothing, unless the client has subscribed anew meanwhile.</summary>
    private void GiveUp(string uri, UpstreamWatch watch, WatchedResource resource)
    {
        lock (_lock)
        {
            if (watch.Has(resource) && _subscribed.Remove(uri))
            {
                watch.Remove(resource.Uri);
            }
        }
    }

    void ICatalogueListener.Changed(RegisteredServer server, ListKinds kinds)
    {
        if (_context.Access.Sees(Caller, server))
        {
            Tell(server, kinds);
        }
    }

    void ICatalogueListener.AccessChanged(RegisteredServer server, ListKinds kinds, AccessMoment before, AccessMoment after)
    {
        if (AccessGate.Difference(Caller, server, kinds, before, after) is var differing and not ListKinds.None)
        {
            Tell(server, differing);
        }
    }

    private void Tell(RegisteredServer server, ListKinds kinds)
    {
        if (_session.Alias is null)
        {
            _outbox.Changed(kinds);
        }
        else if (string.Equals(server.Alias, _session.Alias, StringComparison.Ordinal))
        {
            Changed(kinds);
        }
    }

    /// <summary>The merged lists are the gateway's own, so what a server tells one session does not change them.</summary>
    public void Changed(ListKinds kinds)
    {
        if (_session.Alias is { } alias && _context.Find(Caller, alias)?.Report is { } report)
        {
            _outbox.Changed(kinds & ListKindNames.Announced(report.Capabilities.Span));
        }
    }

    public void Updated(string uri, ReadOnlyMemory<byte> parameters) => _outbox.Updated(uri, parameters);

    public bool TryAsk(string alias, UpstreamQuestion question) => QuestionsOf(alias).TryForward(question);

    public void Heard(string alias, UpstreamMessage notification)
    {
        if (notification.Method == McpMethod.Cancelled)
        {
            QuestionsOf(alias).Withdraw(notification);
            return;
        }

        if (notification.Method == McpMethod.LogMessage && _session.LogLevel is { } wanted
            && !(LogLevels.Parse(JsonMembers.FindText(notification.Raw(notification.Params), "level"u8)) >= wanted))
        {
            return;
        }

        if (notification.Method == McpMethod.ElicitationComplete && _session.Revision != ProtocolRevision.NewestLegacy)
        {
            // The client's revision does not know what it would be about.
            return;
        }

        _outbox.Add(notification.Json);
    }

    public async ValueTask DisposeAsync()
    {
        UpstreamWatch[] watches;
        lock (_lock)
        {
            _disposed = true;
            watches = [.. _watches.Values];
            _watches.Clear();
            _subscribed.Clear();
            _membership?.Dispose();
        }

        await Task.WhenAll(watches.Select(static watch => watch.DisposeAsync().AsTask())).ConfigureAwait(false);
        _outbox.Dispose();
    }

    private async Task SendAsync(IAnswerStream stream, OutgoingNotifications ready, CancellationToken cancellationToken)
    {
        var sent = 0;
        try
        {
            foreach (var message in WatchNotifications.Of(ready, []))
            {
                await stream.SendAsync(message, cancellationToken).ConfigureAwait(false);
                sent++;
            }
        }
        catch
        {
            // The one that failed may have arrived; it is more likely that it has not.
            _outbox.Restore(ready.Unsent(sent));
            throw;
        }
    }

    private UnaskedQuestions QuestionsOf(string alias) =>
        _questions.GetOrAdd(alias, static (_, feed) => new UnaskedQuestions(feed._session, feed._context), this);

    private string[] Used()
    {
        lock (_lock)
        {
            return [.. _used];
        }
    }

    private void Open()
    {
        lock (_lock)
        {
            if (_disposed || _streams++ > 0)
            {
                return;
            }

            _membership ??= _context.Snapshots.Changes.Listen(this);
            foreach (var alias in _session.Alias is { } single ? [single] : _used.ToArray())
            {
                if (_context.Find(Caller, alias) is { } server)
                {
                    Hear_NeedsLock(server);
                }
            }
        }
    }

    private void Close()
    {
        lock (_lock)
        {
            if (_disposed || --_streams > 0)
            {
                return;
            }

            foreach (var watch in _watches.Values)
            {
                watch.Hear(false);
            }
        }
    }

    /// <summary>Only a session of its own can say something to this client alone.</summary>
    private void Hear_NeedsLock(ServerEntry server)
    {
        if (!_disposed && server is { Report.Era: ProtocolEra.Legacy, Server.Isolation: not SessionIsolation.Shared })
        {
            WatchOf_NeedsLock(server.Server.Alias, isWrapped: false).Hear(true);
        }
    }

    /// <summary>What the client knows by wrapped URIs is watched apart, so that what a server tells is named as it was asked for.</summary>
    private UpstreamWatch WatchOf_NeedsLock(string alias, bool isWrapped)
    {
        if (!_watches.TryGetValue((alias, isWrapped), out var watch))
        {
            var prefix = isWrapped ? WrappedUri.PrefixOf(alias) : "";
            _watches.Add((alias, isWrapped), watch = new UpstreamWatch(_context, () => Caller, alias, _owner, this, prefix));
        }

        return watch;
    }
}
