using McpRegistry.Resilience;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Supervision;

/// <summary>Keeps the snapshot and the connections in step with the servers and catalogues that other replicas write.</summary>
internal sealed class ServerFollower(
    IServerStore store, ServerSupervisor supervisor, RegistrySnapshots snapshots, CircuitBreakers breakers, CircuitBreakerFollower breakerStates) : IChangeHandler
{
    /// <summary>A deleted server is looked up as well: by now its id might be in use again.</summary>
    public ValueTask ApplyAsync(RegistryChange change, CancellationToken cancellationToken) =>
        change.Kind is RegistryChangeKind.Server or RegistryChangeKind.Catalogue
            ? supervisor.FollowAsync(change.Tenant, change.Id, cancellationToken)
            : ValueTask.CompletedTask;

    /// <summary>
    /// Finds what differs and then follows each of it as if it had just changed. What this replica writes while the store
    /// is being read may be among it; following looks again, so it is neither removed nor set back.
    /// </summary>
    public async ValueTask ReloadAsync(CancellationToken cancellationToken)
    {
        var known = snapshots.Current.Servers;
        var differing = known.ToDictionary(pair => pair.Key, pair => pair.Value.Server.Tenant);
        var unlike = new List<RegisteredServer>();
        await foreach (var stored in store.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            differing[stored.Server.Id] = stored.Server.Tenant;
            if (known.TryGetValue(stored.Server.Id, out var entry) && entry.IsInStepWith(stored))
            {
                differing.Remove(stored.Server.Id);
            }
            else
            {
                unlike.Add(stored.Server);
            }
        }

        // An endpoint that is new here may have been isolated elsewhere: no call may find its breaker closed before that is known.
        var held = unlike.SelectMany(server => server.Endpoints.Select(endpoint => breakers.Take(server, endpoint))).ToList();
        try
        {
            if (held.Count > 0)
            {
                await breakerStates.ReloadAsync(cancellationToken).ConfigureAwait(false);
            }

            foreach (var (id, tenant) in differing)
            {
                await supervisor.FollowAsync(tenant, id, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            held.ForEach(breakers.GiveBack);
        }
    }
}
