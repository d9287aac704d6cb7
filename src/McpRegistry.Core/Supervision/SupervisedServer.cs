using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Upstream;

namespace McpRegistry.Supervision;

/// <summary>One server at run time: its endpoints, its discovery, and what of both the snapshot shows.</summary>
internal sealed class SupervisedServer : IServerConnections, IEndpointListener, IAsyncDisposable
{
    /// <summary>A whole reading costs far more than a connect, and each ends in a write that all replicas follow.</summary>
    private const int LongestRepeatInReconnects = 10;

    private readonly Lock _lock = new();
    private readonly SupervisionContext _context;
    private readonly SupervisedEndpoint[] _endpoints;
    private readonly Func<double> _jitter;
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>The token of <see cref="_stopping"/>, which stays usable for callers that outlive the server.</summary>
    private readonly CancellationToken _stopped;
    private Task<DiscoveryReport>? _discovery;
    private readonly HashSet<SupervisedEndpoint> _known = [];
    private bool _rediscover;
    private ListKinds _announced;
    private ITimer? _repeat;
    private int _incomplete;
    private long? _reread;

    public SupervisedServer(SupervisionContext context, EndpointContext endpoints, RegisteredServer server)
    {
        _context = context;
        _stopped = _stopping.Token;
        _jitter = endpoints.Jitter;
        Server = server;
        _endpoints = [.. server.Endpoints.Select(endpoint => new SupervisedEndpoint(endpoints, server, endpoint, this))];
    }

    public RegisteredServer Server { get; }

    public void Start()
    {
        foreach (var endpoint in _endpoints)
        {
            endpoint.Start();
        }
    }

    public async ValueTask<LeaseResult> AcquireAsync(ISessionOwner owner, CancellationToken cancellationToken)
    {
        var endpoint = Choose();
        var result = await endpoint.GetAsync(cancellationToken).ConfigureAwait(false);
        if (!result.Connected)
        {
            return (LeaseResult)result.Fault with { EndpointId = endpoint.Endpoint.Id };
        }

        // A modern server keeps no state of its callers, so all of them can use the connection that is open anyway.
        LeaseResult lease = result.Connection.Handshake.Era == ProtocolEra.Modern || Server.Isolation == SessionIsolation.Shared
            ? new SharedLease(result.Connection, endpoint)
            : await RentAsync(endpoint, owner, cancellationToken).ConfigureAwait(false);
        if (lease.Fault is { Reason: FaultReasons.Unreachable })
        {
            // Whoever cannot open a session is first to know that the server is gone, where the watched connection is silent.
            endpoint.Suspect(result.Connection);
        }

        return lease with { EndpointId = endpoint.Endpoint.Id };
    }

    public async ValueTask<IReadOnlyList<ConnectionLease>> AcquireOpenAsync(ISessionOwner owner, CancellationToken cancellationToken)
    {
        var leases = new List<ConnectionLease>();
        foreach (var endpoint in _endpoints)
        {
            if (await endpoint.Sessions.RentOpenAsync(KeyOf(owner), _ => Suspect(endpoint), cancellationToken).ConfigureAwait(false) is { } lease)
            {
                leases.Add(lease);
            }
        }

        return leases;
    }

    private ValueTask<LeaseResult> RentAsync(SupervisedEndpoint endpoint, ISessionOwner owner, CancellationToken cancellationToken) =>
        endpoint.Sessions.RentAsync(KeyOf(owner), owner, _ => Suspect(endpoint), cancellationToken);

    private SessionKey KeyOf(ISessionOwner owner) =>
        new(owner.Principal, owner.Profile.Fingerprint, Server.Isolation == SessionIsolation.PerSession ? owner.SessionId : null);

    /// <summary>
    /// A child that died with one principal's call says nothing about the other children, and a socket that was lost little about
    /// the others: a server may close them one by one. Of any other lost connection the watched one may not know yet.
    /// </summary>
    private static void Suspect(SupervisedEndpoint endpoint)
    {
        if (endpoint.Endpoint.Transport is not (TransportKind.Stdio or TransportKind.WebSocket))
        {
            endpoint.Suspect();
        }
    }

    /// <summary>Reads the catalogue now, or joins the reading that is under way.</summary>
    public async Task<DiscoveryReport> DiscoverAsync(CancellationToken cancellationToken)
    {
        if (!Server.Enabled)
        {
            return _context.Discovery.Unreachable(new UpstreamFault(FaultReasons.Disabled, "The server is switched off; enable it first."));
        }

        try
        {
            var result = await Choose().GetAsync(cancellationToken).ConfigureAwait(false);
            if (!result.Connected)
            {
                return await SaveAsync(_context.Discovery.Unreachable(result.Fault), CatalogueHints.Unknown).ConfigureAwait(false);
            }

            Task<DiscoveryReport> discovery;
            lock (_lock)
            {
                discovery = _discovery ??= Task.Run(RunDiscoveryAsync);
            }

            return await discovery.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return _context.Discovery.Unreachable(SessionPool.Closed);
        }
    }

    public async ValueTask<DiscoveryReport?> RereadAsync(CancellationToken cancellationToken)
    {
        Task running;
        lock (_lock)
        {
            running = _discovery ?? Task.CompletedTask;
        }

        // It may have read the list before it became what the call met.
        await running.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            if (_discovery is null && _reread is { } last && _context.Time.GetElapsedTime(last) < _context.Options.Value.ReconnectDelay)
            {
                return _context.KnownReport(Server.Id);
            }

            _reread = _context.Time.GetTimestamp();
        }

        return await DiscoverAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Connected(SupervisedEndpoint endpoint)
    {
        _context.Log.Connected(Server.Alias, endpoint.Endpoint.Id);
        _context.Responses.Changed(Server.Id, McpMethod.Unknown);
        lock (_lock)
        {
            // What was announced between two connections was missed.
            _announced |= _known.Add(endpoint) ? ListKinds.None : ListKinds.All;
        }

        RequestDiscovery();
    }

    public void Disconnected(SupervisedEndpoint endpoint, UpstreamFault fault)
    {
        _context.Log.Disconnected(Server.Alias, endpoint.Endpoint.Id, fault.Reason, fault.Message);
        var others = _endpoints.Any(other => other.Connection is not null);
        _context.Publish(this, Server.Id, others ? ServerHealth.Degraded : ServerHealth.Unhealthy, new DiscoveryFault(fault.Reason, fault.Message));
    }

    public void CloseFailed(Exception exception) => _context.Log.CloseFailed(Server.Alias, exception);

    public void Changed(McpMethod notification)
    {
        _context.Responses.Changed(Server.Id, notification);
        lock (_lock)
        {
            _announced |= notification == McpMethod.Unknown ? ListKinds.All : ListKindNames.Of(notification);
        }

        RequestDiscovery();
    }

    public void Updated(string uri) => _context.Responses.Updated(Server.Id, uri);

    public async ValueTask DisposeAsync()
    {
        _context.Responses.Removed(Server.Id, this);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_endpoints.Select(endpoint => endpoint.DisposeAsync().AsTask())).ConfigureAwait(false);
        Task? discovery;
        lock (_lock)
        {
            discovery = _discovery;
        }

        await (discovery ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            _repeat?.Dispose();
        }

        _stopping.Dispose();
    }

    private SupervisedEndpoint Choose() =>
        Array.Find(_endpoints, static endpoint => endpoint is { Connection: not null, Endpoint.Weight: > 0 })
        ?? Array.Find(_endpoints, static endpoint => endpoint.Connection is not null)
        ?? _endpoints[0];

    /// <summary>Has the catalogue read soon; requests that come close together are one.</summary>
    private void RequestDiscovery()
    {
        lock (_lock)
        {
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            if (_discovery is not null)
            {
                _rediscover = true;
                return;
            }

            _discovery = Task.Run(RunDiscoveryAsync);
        }
    }

    private async Task<DiscoveryReport> RunDiscoveryAsync()
    {
        var reading = new CatalogueReading(_context.Discovery.Unreachable(SessionPool.Closed), IsWorthRepeating: false);
        try
        {
            do
            {
                reading = await DiscoverOnceAsync().ConfigureAwait(false);
            }
            while (await AskedAgainAsync().ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            // A failed reading must not be taken for one under way, or there would never be another.
            Finish();
            if (!_stopped.IsCancellationRequested)
            {
                _context.Log.DiscoveryFailed(Server.Alias, exception);
                var fault = new UpstreamFault(FaultReasons.ProtocolError, "Reading the catalogue failed unexpectedly.");
                reading = new CatalogueReading(_context.Discovery.Unreachable(fault), IsWorthRepeating: true);
            }
        }

        RepeatLater(reading.IsWorthRepeating);
        return reading.Report;
    }

    private async Task<CatalogueReading> DiscoverOnceAsync()
    {
        var announced = TakeAnnounced();
        var endpoint = Choose();
        var result = await endpoint.GetAsync(_stopped).ConfigureAwait(false);
        if (!result.Connected)
        {
            var unreachable = await SaveAsync(_context.Discovery.Unreachable(result.Fault), CatalogueHints.Unknown).ConfigureAwait(false);
            return new CatalogueReading(unreachable, IsWorthRepeating: false);
        }

        var reading = await _context.Discovery.RunAsync(result.Connection, _context.KnownItems(Server.Id), _stopped).ConfigureAwait(false);
        var saved = await SaveAsync(reading.Report, reading.Hints, announced).ConfigureAwait(false);
        if (!reading.Report.HasItems)
        {
            // The server is not served from here on, so that no failing call will have its connection checked.
            endpoint.Suspect(result.Connection);
        }

        return reading with { Report = saved };
    }

    private ListKinds TakeAnnounced()
    {
        lock (_lock)
        {
            var announced = _announced;
            _announced = ListKinds.None;
            return announced;
        }
    }

    /// <summary>Has an incomplete reading repeated: the server may have been slow or out of order for a moment only.</summary>
    private void RepeatLater(bool isWorthIt)
    {
        lock (_lock)
        {
            _repeat?.Dispose();
            _repeat = null;
            _incomplete = isWorthIt ? _incomplete + 1 : 0;
            if (!isWorthIt || _stopping.IsCancellationRequested)
            {
                return;
            }

            var options = _context.Options.Value;
            var delay = BackOff.After(_incomplete, options.ReconnectDelay, options.MaxReconnectDelay * LongestRepeatInReconnects);
            _repeat = _context.Time.CreateTimer(
                static server => ((SupervisedServer)server!).Repeat(), this, delay * (1 + (_jitter() / 4)), Timeout.InfiniteTimeSpan);
        }
    }

    private void Repeat()
    {
        // Without a connection the next one has the catalogue read anyway, and must not come sooner for this.
        if (Choose().Connection is not null)
        {
            RequestDiscovery();
        }
    }

    private Task<DiscoveryReport> SaveAsync(DiscoveryReport report, CatalogueHints hints, ListKinds announced = ListKinds.None)
    {
        var down = _endpoints.Count(endpoint => endpoint.Fault is not null);
        var health = down > 0 && report.Health == ServerHealth.Healthy ? ServerHealth.Degraded : report.Health;
        return _context.SaveAsync(this, Server, report with { Health = health }, hints, announced, _stopped);
    }

    private async ValueTask<bool> AskedAgainAsync()
    {
        lock (_lock)
        {
            if (!_rediscover)
            {
                _discovery = null;
                return false;
            }
        }

        await Task.Delay(_context.Options.Value.ChangeDebounce, _context.Time, _stopped).ConfigureAwait(false);
        lock (_lock)
        {
            _rediscover = false;
        }

        return true;
    }

    private void Finish()
    {
        lock (_lock)
        {
            _discovery = null;
            _rediscover = false;
        }
    }

    private sealed class SharedLease(UpstreamConnection connection, SupervisedEndpoint endpoint) : ConnectionLease(connection)
    {
        public override IDisposable Listen(IUpstreamListener listener)
        {
            var membership = endpoint.Listeners.Add(listener);
            if (!ReferenceEquals(endpoint.Connection, Connection))
            {
                // It was replaced before anybody could tell this listener.
                listener.Ended(SessionPool.Closed);
            }

            return membership;
        }

        public override void Report(UpstreamFault fault)
        {
            if (fault.MeansDown)
            {
                endpoint.Suspect(Connection);
            }
        }

        public override void Dispose()
        {
            // The supervisor owns the connection.
        }
    }
}
