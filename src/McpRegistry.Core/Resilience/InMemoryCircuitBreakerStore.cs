using McpRegistry.Auditing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Resilience;

internal sealed class InMemoryCircuitBreakerStore : ICircuitBreakerStore
{
    private readonly InMemoryDatabase _database;
    private readonly Dictionary<Guid, CircuitBreakerSnapshot> _breakers = [];

    public InMemoryCircuitBreakerStore(InMemoryDatabase database)
    {
        _database = database;
        database.OnServerDeleted((_, server) =>
        {
            foreach (var breaker in _breakers.Values.Where(breaker => breaker.ServerId == server).ToArray())
            {
                _breakers.Remove(breaker.EndpointId);
            }
        });
    }

    public ValueTask<StoreResult<CircuitBreakerSnapshot>> SaveAsync(
        TenantId tenant, CircuitBreakerSnapshot snapshot, CancellationToken cancellationToken)
    {
        var saved = Normalize(tenant, snapshot);
        return _database.RunAsync(() => Save_NeedsLock(saved, tells: false), cancellationToken);
    }

    public ValueTask<StoreResult<CircuitBreakerSnapshot>> DecideAsync(
        TenantId tenant, CircuitBreakerSnapshot snapshot, AuditEvent? audit, CancellationToken cancellationToken)
    {
        var saved = Normalize(tenant, snapshot);
        return _database.WriteAsync(audit, () => Save_NeedsLock(saved, tells: true), cancellationToken);
    }

    public ValueTask<CircuitBreakerSnapshot?> FindAsync(TenantId tenant, Guid endpointId, CancellationToken cancellationToken) =>
        _database.RunAsync(
            () => _breakers.TryGetValue(endpointId, out var breaker) && breaker.Tenant == tenant ? breaker : null, cancellationToken);

    public ValueTask<IReadOnlyList<CircuitBreakerSnapshot>> ListOpenAsync(
        TenantId tenant, Guid? afterEndpointId, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        return _database.RunAsync(
            () => InMemoryPage.Take(
                _breakers.Values.Where(breaker => breaker.Tenant == tenant && breaker.State != CircuitState.Closed),
                breaker => breaker.EndpointId,
                afterEndpointId,
                limit),
            cancellationToken);
    }

    public IAsyncEnumerable<CircuitBreakerSnapshot> ReadAllAsync(CancellationToken cancellationToken) =>
        _database.ReadAsync<CircuitBreakerSnapshot>(() => [.. _breakers.Values], cancellationToken);

    private static CircuitBreakerSnapshot Normalize(TenantId tenant, CircuitBreakerSnapshot snapshot) => snapshot.Tenant != tenant
        ? throw new ArgumentException("The snapshot belongs to another tenant than the one it is saved for.", nameof(snapshot))
        : snapshot with
    {
        BreakDuration = StoredTime.NormalizeToMilliseconds(snapshot.BreakDuration),
        LastFailure = StoredTime.Normalize(snapshot.LastFailure),
        LastSuccess = StoredTime.Normalize(snapshot.LastSuccess),
        LastStateChange = StoredTime.Normalize(snapshot.LastStateChange),
        NextAttempt = StoredTime.Normalize(snapshot.NextAttempt),
        History = CircuitHistory.Of(
            snapshot.History.Transitions.Select(static transition => transition with { At = StoredTime.Normalize(transition.At) }),
            StoredTime.Normalize(snapshot.History.Since)),
    };

    private StoreResult<CircuitBreakerSnapshot> Save_NeedsLock(CircuitBreakerSnapshot saved, bool tells)
    {
        var stored = _breakers.GetValueOrDefault(saved.EndpointId);
        if (!_database.HasServer_NeedsLock(saved.Tenant, saved.ServerId)
            || (stored is not null && stored.ServerId != saved.ServerId))
        {
            return StoreResult<CircuitBreakerSnapshot>.NotFound();
        }

        if (stored?.LastStateChange > saved.LastStateChange || (!tells && stored?.State == CircuitState.Isolated && saved.State != CircuitState.Isolated))
        {
            return StoreResult<CircuitBreakerSnapshot>.Stale();
        }

        saved = saved with { History = stored is null ? saved.History : stored.History.Merge(saved.History) };
        _breakers[saved.EndpointId] = saved;
        if (tells || saved.State != (stored?.State ?? CircuitState.Closed))
        {
            _database.Record_NeedsLock(saved.Tenant, RegistryChangeKind.CircuitBreaker, saved.EndpointId);
        }

        return StoreResult<CircuitBreakerSnapshot>.Success(saved);
    }
}
