using System.Diagnostics.CodeAnalysis;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
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
    private readonly TenantId _tenant;
    private readonly WatchOwner _owner;
    private readonly NotificationOutbox _outbox;
    private readonly UnaskedQuestions _questions;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, UpstreamWatch> _watches = new(StringComparer.Ordinal);
    private readonly Dictionary<string, UpstreamWatch> _subscribed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    [SuppressMessage("Usage", "CA2213", Justification = "A late stream may still wait for it; it holds nothing to release.")]
    private readonly SemaphoreSlim _pumping = new(1, 1);
    private IDisposable? _membership;
    private int _streams;
    private bool _disposed;

    public SessionFeed(WatchContext context, ClientSession session, TenantId tenant)
    {
        _context = context;
        _session = session;
        _tenant = tenant;
        _owner = new WatchOwner(session.PrincipalId, session.Profile, session.Id, session.Ended);
        _outbox = context.CreateOutbox();
        _questions = new UnaskedQuestions(session, context);
    }

    /// <summary>Gets a value that tells whether the session has a stream open.</summary>
    public bool IsOpen => Volatile.Read(ref _streams) > 0;

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

    /// <summary>Sends a notification of the client to the legacy sessions that are its own and open, as well as it can be.</summary>
    public async Task TellServersAsync(ReadOnlyMemory<byte> notification)
    {
        string[] aliases;
        lock (_lock)
        {
            aliases = [.. _used];
        }

        try
        {
            foreach (var server in aliases.Select(alias => _context.Find(_tenant, alias)).OfType<ServerEntry>())
            {
                foreach (var lease in await server.Connections.AcquireOpenAsync(_owner, _session.Ended).ConfigureAwait(false))
                {
                    using (lease)
                    {
                        await lease.Connection.NotifyAsync(notification, _session.Ended).ConfigureAwait(false);
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The session has ended.
        }
    }

    /// <summary>Subscribes to a resource; the outcome is the server's.</summary>
    /// <returns>Null when the session has as many subscriptions as it may have.</returns>
    public async Task<WatchOutcome?> SubscribeAsync(ServerEntry server, string uri, CancellationToken cancellationToken)
    {
        WatchedResource resource;
        UpstreamWatch watch;
        lock (_lock)
        {
            if (!_subscribed.TryGetValue(uri, out var known))
            {
                if (_disposed || _subscribed.Count >= _context.Options.MaxUrisPerSubscription)
                {
                    return null;
                }

                _subscribed.Add(uri, known = WatchOf_NeedsLock(server.Server.Alias));
            }

            watch = known;
            resource = watch.Add(uri);
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
                Unsubscribe(uri);
            }
        }
    }

    public void Unsubscribe(string uri)
    {
        lock (_lock)
        {
            if (_subscribed.Remove(uri, out var watch))
            {
                watch.Remove(uri);
            }
        }
    }

    void ICatalogueListener.Changed(RegisteredServer server, ListKinds kinds)
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
        if (_session.Alias is { } alias && _context.Find(_tenant, alias)?.Report is { } report)
        {
            _outbox.Changed(kinds & ListKindNames.Announced(report.Capabilities.Span));
        }
    }

    public void Updated(string uri, ReadOnlyMemory<byte> parameters) => _outbox.Updated(uri, parameters);

    public bool TryAsk(UpstreamQuestion question) => _questions.TryForward(question);

    public void Heard(UpstreamMessage notification)
    {
        if (notification.Method == McpMethod.Cancelled)
        {
            _questions.Withdraw(notification);
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
        try
        {
            foreach (var message in WatchNotifications.Of(ready, []))
            {
                await stream.SendAsync(message, cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            // Some of it may have arrived; to hear of a change twice does no harm.
            _outbox.Restore(ready);
            throw;
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

            _membership ??= _context.Snapshots.Changes.Listen(_tenant, this);
            foreach (var alias in _session.Alias is { } single ? [single] : _used.ToArray())
            {
                if (_context.Find(_tenant, alias) is { } server)
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
            WatchOf_NeedsLock(server.Server.Alias).Hear(true);
        }
    }

    private UpstreamWatch WatchOf_NeedsLock(string alias)
    {
        if (!_watches.TryGetValue(alias, out var watch))
        {
            _watches.Add(alias, watch = new UpstreamWatch(_context, _tenant, alias, _owner, this));
        }

        return watch;
    }
}
