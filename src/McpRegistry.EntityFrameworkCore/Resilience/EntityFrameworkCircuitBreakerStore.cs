using McpRegistry.Auditing;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Resilience;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Resilience;

internal sealed class EntityFrameworkCircuitBreakerStore(RegistryDatabase database) : ICircuitBreakerStore
{
    private readonly CircuitBreakerWriter _writer = new(database.Provider);

    public async ValueTask<StoreResult<CircuitBreakerSnapshot>> SaveAsync(
        TenantId tenant, CircuitBreakerSnapshot snapshot, CancellationToken cancellationToken)
    {
        var wanted = ToEntity(tenant, snapshot);
        var row = new RowWrite(tenant, RegistryChangeKind.CircuitBreaker, wanted.Id);
        while (true)
        {
            if (await database.WriteQuietlyAsync((context, token) => _writer.KeepStateAsync(context, wanted, token), cancellationToken).ConfigureAwait(false))
            {
                return StoreResult<CircuitBreakerSnapshot>.Success(CircuitBreakerMapper.ToRecord(wanted));
            }

            var changed = await database
                .WriteAsync(row, (context, token) => _writer.ChangeStateAsync(context, wanted, token), cancellationToken)
                .ConfigureAwait(false);
            if (changed.Succeeded)
            {
                return changed;
            }

            // Nothing to explain means that another replica changed the state between the two: each round, one of them got on.
            if (await database.ReadAsync((context, token) => CircuitBreakerWriter.ExplainAsync(context, wanted, token), cancellationToken).ConfigureAwait(false) is { } refusal)
            {
                return refusal;
            }
        }
    }

    public async ValueTask<StoreResult<CircuitBreakerSnapshot>> DecideAsync(
        TenantId tenant, CircuitBreakerSnapshot snapshot, AuditEvent? audit, CancellationToken cancellationToken)
    {
        var wanted = ToEntity(tenant, snapshot);
        var row = new RowWrite(tenant, RegistryChangeKind.CircuitBreaker, wanted.Id) { Audit = audit };
        while (true)
        {
            var decided = await database.WriteAsync(row, (context, token) => _writer.DecideAsync(context, wanted, token), cancellationToken).ConfigureAwait(false);
            if (decided.Succeeded)
            {
                return decided;
            }

            // Nothing to explain means that a row came between the update and the insert, or went.
            if (await database.ReadAsync((context, token) => CircuitBreakerWriter.ExplainAsync(context, wanted, token), cancellationToken).ConfigureAwait(false) is { } refusal)
            {
                return refusal;
            }
        }
    }

    public ValueTask<CircuitBreakerSnapshot?> FindAsync(TenantId tenant, Guid endpointId, CancellationToken cancellationToken) =>
        database.FindAsync(
            context => context.CircuitBreakers.Where(x => x.TenantId == tenant.Value && x.Id == endpointId),
            CircuitBreakerMapper.ToRecord,
            cancellationToken);

    public ValueTask<IReadOnlyList<CircuitBreakerSnapshot>> ListOpenAsync(
        TenantId tenant, Guid? afterEndpointId, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        return database.ListAsync(
            context => context.CircuitBreakers
                .Where(x => x.TenantId == tenant.Value && x.State != CircuitState.Closed)
                .ById(afterEndpointId, limit),
            CircuitBreakerMapper.ToRecord,
            cancellationToken);
    }

    public IAsyncEnumerable<CircuitBreakerSnapshot> ReadAllAsync(CancellationToken cancellationToken) => database.StreamAsync(
        context => context.CircuitBreakers.AsNoTracking().Select(x => CircuitBreakerMapper.ToRecord(x)).AsAsyncEnumerable(),
        cancellationToken);

    private static CircuitBreakerEntity ToEntity(TenantId tenant, CircuitBreakerSnapshot snapshot) => snapshot.Tenant == tenant
        ? CircuitBreakerMapper.ToEntity(tenant, snapshot)
        : throw new ArgumentException("The snapshot belongs to another tenant than the one it is saved for.", nameof(snapshot));
}
