using McpRegistry.Storage;

namespace McpRegistry.Resilience;

/// <summary>Takes over what other replicas and operators decide about breakers.</summary>
internal sealed class CircuitBreakerFollower(ICircuitBreakerStore store, CircuitBreakers breakers) : IChangeHandler
{
    public async ValueTask ApplyAsync(RegistryChange change, CancellationToken cancellationToken)
    {
        if (change.Kind == RegistryChangeKind.CircuitBreaker
            && breakers.Find(change.Id) is { } breaker
            && await store.FindAsync(breaker.Tenant, change.Id, cancellationToken).ConfigureAwait(false) is { } snapshot)
        {
            breaker.Apply(snapshot);
        }
    }

    public async ValueTask ReloadAsync(CancellationToken cancellationToken)
    {
        await foreach (var snapshot in store.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (breakers.Find(snapshot.EndpointId) is { } breaker && breaker.Tenant == snapshot.Tenant)
            {
                breaker.Apply(snapshot);
            }
        }
    }
}
