using System.Collections.Concurrent;
using McpRegistry.Balancing;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Resilience;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Telemetry;
using McpRegistry.Upstream;

namespace McpRegistry.Supervision;

/// <summary>One server at run time: its endpoints, the reading of its catalogue, and what of both the snapshot shows.</summary>
internal sealed class SupervisedServer : IServerConnections, IEndpointListener, IAsyncDisposable
{
    private readonly SupervisionContext _context;
    private readonly SupervisedEndpoint[] _endpoints;
    private readonly EndpointChoice _choice;
    private readonly CatalogueReader _catalogue;
    private readonly CallGates _gates;
    private readonly SessionRental _rental;
    private readonly BalancingContext _balancing;
    private readonly ConcurrentDictionary<SupervisedEndpoint, bool> _known = new();

    /// <summary>Set while a server that was well is lost; one that falls again before its catalogue was read must not flicker in the lists of clients.</summary>
    private volatile bool _returns;

    public SupervisedServer(SupervisionContext context, EndpointContext endpoints, RegisteredServer server)
    {
        _context = context;
        Server = server;
        _catalogue = new CatalogueReader(context, this, endpoints.Jitter);
        var changes = new EndpointChanges();
        _endpoints = [.. Enumerable.Range(0, server.Endpoints.Length).Select(ordinal => new SupervisedEndpoint(endpoints, server, ordinal, this, changes))];
        var loads = Array.ConvertAll(_endpoints, static endpoint => endpoint.Load);
        Array.ForEach(loads, load => load.Join(loads));
        Retries = new RetryBudget(endpoints.Resilience.Retry, endpoints.Time);
        _gates = endpoints.Gates;
        _balancing = endpoints.Balancing;
        Gate = _gates.Take(server);
        _choice = new EndpointChoice(server, _endpoints, new ServerBalancer(endpoints.Balancing, server), changes, endpoints.Time);
        _rental = new SessionRental(_choice, endpoints.Time);
    }

    public RegisteredServer Server { get; private set; }

    /// <summary>Gets what the store has of its catalogue.</summary>
    public StoredReport Stored { get; } = new();

    /// <summary>Gets a value that tells whether some endpoint could not be reached or was lost.</summary>
    public bool HasFailedEndpoint => Array.Exists(_endpoints, static endpoint => endpoint.Fault is not null);

    public void Start()
    {
        foreach (var endpoint in _endpoints)
        {
            endpoint.Start();
        }
    }

    /// <summary>Spreads calls by the weights and zones of another definition, to whose endpoints the open connections lead as well. What runs is left alone.</summary>
    public void Adopt(RegisteredServer server)
    {
        if (!ServerEquality.SpreadSame(Server, server))
        {
            foreach (var (endpoint, definition) in _endpoints.Zip(server.Endpoints))
            {
                endpoint.Adopt(definition);
            }

            _choice.SpreadBy(new ServerBalancer(_balancing, server));
        }

        Server = server;
    }

    public async ValueTask<LeaseResult> AcquireAsync(ISessionOwner owner, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_choice.For(owner) is not { } entry)
            {
                return EndpointChoice.Gone;
            }

            if (entry.IsLost)
            {
                return SessionPool.Lost;
            }

            try
            {
                // Who listens takes part in nothing that a call does.
                var granted = owner.Listens
                    ? await AcquireAsync(entry, owner, cancellationToken).ConfigureAwait(false)
                    : await OccupyAsync(entry, owner, cancellationToken).ConfigureAwait(false);
                if (granted is { } lease)
                {
                    return lease;
                }
            }
            finally
            {
                if (entry.Placed is { } key)
                {
                    _choice.Placed(key);
                }
            }
        }
    }

    private async ValueTask<LeaseResult?> OccupyAsync(EndpointEntry entry, ISessionOwner owner, CancellationToken cancellationToken)
    {
        var endpoint = entry.Endpoint;
        if (!entry.IsOpen)
        {
            return (LeaseResult)BreakerFault.Of(endpoint, _endpoints) with { EndpointId = endpoint.Endpoint.Id };
        }

        // From here on, so that calls which come while this one waits are spread by what is known of it.
        endpoint.Load.Begin();
        LeaseResult? granted = null;
        try
        {
            granted = await AcquireAsync(entry, owner, cancellationToken).ConfigureAwait(false);
            granted?.Lease?.Occupy(endpoint.Load, entry.Probe, owner.Principal);
            return granted;
        }
        finally
        {
            if (granted is not { Granted: true })
            {
                endpoint.Load.End();
                endpoint.Load.Breaker.Note(entry.Probe, granted is { Fault: { } met } ? CircuitFaults.Judge(met) : CircuitVerdict.None);
            }

            if (granted is { Fault: { } fault })
            {
                Note(endpoint, fault, owner.Principal);
            }
        }
    }

    /// <summary>Notes why a call did not get as far as to be sent. What refused a connection some time ago is no word of the endpoint about this call.</summary>
    private static void Note(SupervisedEndpoint endpoint, UpstreamFault fault, string caller)
    {
        if (EndpointFaults.Blames(fault))
        {
            endpoint.Load.Note(failed: true, latency: null);
        }
        else if (endpoint.Connection is not null && EndpointFaults.Refuses(fault))
        {
            endpoint.Load.NoteRefused(fault.MayPass, caller);
        }

        if (endpoint.Connection is not null && EndpointFaults.HoldBackOf(fault) is { } wait)
        {
            endpoint.Load.NoteHoldBack(wait);
        }
    }

    /// <returns>Null where the endpoint has to be chosen anew.</returns>
    private async ValueTask<LeaseResult?> AcquireAsync(EndpointEntry entry, ISessionOwner owner, CancellationToken cancellationToken)
    {
        var endpoint = entry.Endpoint;
        var result = await endpoint.GetForCallAsync(cancellationToken).ConfigureAwait(false);
        if (!result.Connected)
        {
            return (LeaseResult)NotSent(result.Fault) with { EndpointId = endpoint.Endpoint.Id };
        }

        if (owner.IsBound && result.Connection.Handshake.Era == ProtocolEra.Legacy)
        {
            return EndpointChoice.Gone;
        }

        // A modern server keeps no state of its callers, so all of them can use the connection that is open anyway.
        var isShared = result.Connection.Handshake.Era == ProtocolEra.Modern || Server.Isolation == SessionIsolation.Shared;
        if (!isShared && entry.IgnoresSessions)
        {
            return null;
        }

        LeaseResult lease = isShared
            ? new SharedLease(result.Connection, endpoint)
            : await _rental.RentAsync(endpoint, owner, cancellationToken).ConfigureAwait(false);
        if (lease.Fault is { Reason: FaultReasons.Unreachable })
        {
            // Whoever cannot open a session is first to know that the server is gone, where the watched connection is silent.
            endpoint.Suspect(result.Connection);
        }

        return (lease.Fault is { } fault ? NotSent(fault) : lease) with { EndpointId = endpoint.Endpoint.Id };
    }

    /// <summary>Whatever became of a handshake or of the watched connection: the call itself was not sent.</summary>
    private static UpstreamFault NotSent(UpstreamFault fault) => fault.MayHaveRun ? fault with { MayHaveRun = false } : fault;

    public IReadOnlyList<KnownEndpoint> Endpoints => Array.ConvertAll(_endpoints, static endpoint => new KnownEndpoint(endpoint.Load, endpoint.Connection is not null));

    public IReadOnlyList<ConnectionPoolSnapshot> DescribePools(string instance, DateTimeOffset now) => Array.ConvertAll(_endpoints, endpoint => endpoint.Describe(instance, now));

    public ExplainedSpread Explain(ISessionOwner owner) => _choice.Explain(owner);

    public bool Reaches(Guid endpoint)
    {
        foreach (var known in _endpoints)
        {
            if (known.Endpoint.Id == endpoint)
            {
                return known.Connection is not null;
            }
        }

        return false;
    }

    public bool IsHeldBack(Guid? endpoint) => _choice.IsHeldBack(endpoint);

    public bool Admits(Guid? endpoint)
    {
        var (isConnected, isAdmitted) = (false, false);
        foreach (var known in _endpoints)
        {
            if (endpoint is { } id ? known.Endpoint.Id != id : known.Endpoint.Weight == 0)
            {
                continue;
            }

            var admits = known.Load.Breaker.Admits;
            if (admits && known.Connection is not null)
            {
                return true;
            }

            isConnected |= known.Connection is not null;
            isAdmitted |= admits;
        }

        // While none is connected, a call waits for one.
        return !isConnected && isAdmitted;
    }

    public RetryBudget? Retries { get; }

    public CallGate? Gate { get; }

    public bool HasOther(ISessionOwner owner) => _choice.HasOther(owner);

    public bool HasOtherThan(Guid endpoint, ISessionOwner owner) => _choice.CanLeave(endpoint, owner);

    public async ValueTask<IReadOnlyList<ConnectionLease>> AcquireOpenAsync(ISessionOwner owner, CancellationToken cancellationToken)
    {
        if (Server.Isolation != SessionIsolation.PerSession)
        {
            // What one session of a client says would hold for the others too.
            return [];
        }

        var leases = new List<ConnectionLease>();
        foreach (var endpoint in _endpoints)
        {
            if (await endpoint.Sessions.RentOpenAsync(_choice.KeyOf(owner), fault => SessionRental.Suspect(endpoint, fault), cancellationToken).ConfigureAwait(false) is { } lease)
            {
                leases.Add(lease);
            }
        }

        return leases;
    }

    /// <summary>Reads the catalogue now, or joins the reading that is under way.</summary>
    public Task<DiscoveryReport> DiscoverAsync(CancellationToken cancellationToken) => _catalogue.ReadAsync(cancellationToken);

    public ValueTask<DiscoveryReport?> RereadAsync(CancellationToken cancellationToken) => _catalogue.RereadAsync(cancellationToken);

    public void Renew(ListKinds list, in ReadHint read) => _catalogue.Renew(list, read);

    public void Connecting(SupervisedEndpoint endpoint)
    {
        if (_returns)
        {
            _returns = false;
            _context.PublishReturn(this, Server.Id);
        }
    }

    public void Connected(SupervisedEndpoint endpoint)
    {
        _context.Log.Connected(Server.Alias, endpoint.Endpoint.Id);

        // What was announced between two connections was missed.
        var missed = _known.TryAdd(endpoint, true) ? ListKinds.None : ListKinds.All;
        _context.Responses.Changed(Server.Id, McpMethod.Unknown);
        _catalogue.Request(missed);
    }

    public void Disconnected(SupervisedEndpoint endpoint, UpstreamFault fault)
    {
        _context.Log.Disconnected(Server.Alias, endpoint.Endpoint.Id, fault.Reason, fault.Message);
        _returns = _context.IsKnownGood(Server.Id);
        var others = _endpoints.Any(other => other.Connection is not null);
        _context.Publish(this, Server.Id, others ? ServerHealth.Degraded : ServerHealth.Unhealthy, new DiscoveryFault(fault.Reason, fault.Message));
    }

    public void CloseFailed(Exception exception) => _context.Log.CloseFailed(Server.Alias, exception);

    public void Changed(McpMethod notification)
    {
        _context.Responses.Changed(Server.Id, notification);
        var isGap = notification == McpMethod.Unknown;
        _catalogue.Announced(isGap ? ListKinds.All : ListKindNames.Of(notification), isTold: !isGap);
    }

    public void Updated(string uri) => _context.Responses.Updated(Server.Id, uri);

    /// <summary>Gets a value that tells whether calls run that were given to an endpoint.</summary>
    public bool IsBusy => Array.Exists(_endpoints, static endpoint => endpoint.Load.InFlight > 0);

    /// <summary>Closes what is open, and cuts off the calls that run.</summary>
    public ValueTask DisposeAsync() => CloseAsync(static _ => Task.CompletedTask);

    /// <summary>Takes no more calls, has those that wait go elsewhere, and closes what is open.</summary>
    /// <param name="drain">Waits for the calls that run, once no more can come.</param>
    public async ValueTask CloseAsync(Func<SupervisedServer, Task> drain)
    {
        _context.Responses.Removed(Server.Id, this);
        _gates.GiveBack(Server.Id);
        await _catalogue.DisposeAsync().ConfigureAwait(false);
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var closing = Array.ConvertAll(_endpoints, endpoint => endpoint.CloseAsync(drained.Task).AsTask());
        await drain(this).ConfigureAwait(false);
        drained.SetResult();
        await Task.WhenAll(closing).ConfigureAwait(false);
    }

    /// <summary>Chooses the endpoint for what is not spread: the first connected one if there is one.</summary>
    /// <param name="except">The one that comes after all others; null for none.</param>
    public SupervisedEndpoint Choose(SupervisedEndpoint? except = null) => _choice.FirstBut(except);

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

        public override UpstreamFault Report(UpstreamFault fault)
        {
            if (fault.MeansDown)
            {
                endpoint.Suspect(Connection, fault);
            }

            return fault;
        }

        protected override void Return()
        {
            // The supervisor owns the connection.
        }
    }
}
