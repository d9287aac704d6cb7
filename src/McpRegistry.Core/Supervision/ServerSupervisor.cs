using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using McpRegistry.Balancing;
using McpRegistry.Discovery;
using McpRegistry.Resilience;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;

namespace McpRegistry.Supervision;

/// <summary>Runs one <see cref="SupervisedServer"/> for each enabled server of the registry.</summary>
internal sealed class ServerSupervisor : IServerSupervisor, IAsyncDisposable
{
    /// <summary>How often is looked whether the calls of a server that was replaced have ended.</summary>
    private static readonly TimeSpan DrainPause = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<Guid, SupervisedServer> _servers = new();

    [SuppressMessage("Usage", "CA2213", Justification = "A late change may still wait for it; it holds nothing to release, and disposed of it would leave that one waiting for ever.")]
    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly ConnectGates _gate;
    private readonly SupervisionContext _context;
    private readonly EndpointContext _endpoints;
    private readonly RegistrySnapshots _snapshots;
    private readonly IServerStore _store;
    private readonly ConcurrentDictionary<Task, string> _closing = new();
    private readonly CancellationTokenSource _ending = new();
    private bool _started;

    public ServerSupervisor(
        SupervisionContext context,
        IUpstreamConnector connector,
        RegistrySnapshots snapshots,
        IServerStore store,
        BalancingContext balancing,
        CircuitBreakers breakers,
        IOptions<UpstreamOptions> options,
        TimeProvider time,
        ServerBounds? bounds = null)
    {
        _context = context;
        _snapshots = snapshots;
        _store = store;
        _gate = new ConnectGates(options.Value.MaxConcurrentDiscoveries, time);
        bounds ??= new ServerBounds();
        _endpoints = new EndpointContext(connector, options, time, _gate, Random.Shared.NextDouble, balancing, breakers)
        {
            Resilience = bounds,
            Gates = new CallGates(bounds, time),
        };
    }

    /// <summary>Takes over what the store had before the start.</summary>
    public void Load(StoredServer stored)
    {
        Place(stored.Server, stored.Discovery);
        _servers[stored.Server.Id].Stored.Read(stored.Discovery);
    }

    /// <summary>Begins to connect. Before this, servers are only shown.</summary>
    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _started = true;
            foreach (var server in _servers.Values.Where(server => server.Server.Enabled))
            {
                server.Start();
            }
        }
        finally
        {
            _changing.Release();
        }
    }

    public ValueTask SavedAsync(RegisteredServer server, CancellationToken cancellationToken) =>
        FollowAsync(server.Tenant, server.Id, cancellationToken);

    /// <summary>
    /// Brings one server in step with the store. Two writers may come here in another order than their writes had, and a
    /// change may be told twice or late; the store knows what is true.
    /// </summary>
    public async ValueTask FollowAsync(TenantId tenant, Guid id, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var stored = await _store.FindAsync(tenant, id, cancellationToken).ConfigureAwait(false);
            if (stored is null)
            {
                Remove(id);
                return;
            }

            Replace(stored.Server);
            _snapshots.Change(id, entry => entry.With(stored.Discovery));
            Note(id, stored.Discovery);
        }
        finally
        {
            _changing.Release();
        }
    }

    public async ValueTask DeletedAsync(TenantId tenant, Guid id, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Remove(id);
        }
        finally
        {
            _changing.Release();
        }
    }

    public async ValueTask<DiscoveryReport?> RefreshAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) =>
        _servers.TryGetValue(id, out var server) && server.Server.Tenant == tenant
            ? await server.DiscoverAsync(cancellationToken).ConfigureAwait(false)
            : null;

    public ServerCondition? GetCondition(TenantId tenant, Guid id) =>
        _snapshots.Current.Servers.TryGetValue(id, out var entry) && entry.Server.Tenant == tenant ? entry.Condition : null;

    public async ValueTask DisposeAsync()
    {
        if (!_ending.IsCancellationRequested)
        {
            await _ending.CancelAsync().ConfigureAwait(false);
        }

        foreach (var server in _servers.Values)
        {
            BeginClose(server);
        }

        _servers.Clear();
        await Task.WhenAll(_closing.Keys).ConfigureAwait(false);
        _ending.Dispose();
        _gate.Dispose();
    }

    /// <summary>Notes what the store has; the same as what is shown is not kept twice.</summary>
    private void Note(Guid id, DiscoveryReport? stored)
    {
        var shown = _snapshots.Current.Servers.GetValueOrDefault(id)?.Report;
        var isShown = stored is not null && shown is not null && DiscoveryEquality.SaySame(stored, shown);
        _servers[id].Stored.Read(isShown ? stored! with { Items = shown!.Items } : stored);
    }

    private void Replace(RegisteredServer server)
    {
        // Neither a new description nor a new weight is a reason to cut connections.
        if (_servers.TryGetValue(server.Id, out var current) && ServerEquality.ConnectSame(current.Server, server))
        {
            var entersMaintenance = server.InMaintenance && !current.Server.InMaintenance;
            current.Adopt(server);
            _snapshots.Change(server.Id, entry => entry.With(server));
            if (entersMaintenance)
            {
                current.Gate?.Dismiss();
            }

            return;
        }

        Place(server, _snapshots.Current.Servers.GetValueOrDefault(server.Id)?.Report);
    }

    private void Remove(Guid id)
    {
        _snapshots.Remove(id);
        if (_servers.TryRemove(id, out var server))
        {
            server.Gate?.Dismiss();
            BeginClose(server);
        }
    }

    private void Place(RegisteredServer server, DiscoveryReport? report)
    {
        var created = new SupervisedServer(_context, _endpoints, server);
        _servers.TryRemove(server.Id, out var replaced);
        _servers[server.Id] = created;
        var now = _context.Time.GetUtcNow();
        var condition = new ServerCondition(ServerHealth.Unknown, new DiscoveryFault(FaultReasons.Pending, "The server has not been reached yet."), now);
        _snapshots.Set(new ServerEntry(server, report, condition, created));
        if (!server.Enabled || server.InMaintenance)
        {
            created.Gate?.Dismiss();
        }

        if (replaced is not null)
        {
            // Who switches a server off wants nothing more of it.
            BeginClose(replaced, drains: server.Enabled);
        }

        if (_started && server.Enabled)
        {
            created.Start();
        }
    }

    /// <summary>Closes in the background: a process may take its time, and no caller should wait for it.</summary>
    /// <param name="server">The server.</param>
    /// <param name="drains">Whether calls that run there may end first.</param>
    private void BeginClose(SupervisedServer server, bool drains = false)
    {
        var closing = CloseAsync(server, drains);
        _closing[closing] = server.Server.Alias;
        _ = closing.ContinueWith((task, _) => _closing.TryRemove(task, out string? _), null, TaskScheduler.Default);
    }

    /// <summary>Waits for the calls of a server, each of which has its deadline, or for the end of all.</summary>
    private async Task DrainAsync(SupervisedServer server)
    {
        while (server.IsBusy && !_ending.IsCancellationRequested)
        {
            await Task.Delay(DrainPause, _context.Time, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task CloseAsync(SupervisedServer server, bool drains)
    {
        try
        {
            if (drains)
            {
                await server.CloseAsync(DrainAsync).ConfigureAwait(false);
            }
            else
            {
                await server.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            // One server that cannot be closed must not keep the others open.
            _context.Log.CloseFailed(server.Server.Alias, exception);
        }
    }
}
