using McpRegistry.Tenancy;

namespace McpRegistry.Storage;

internal sealed class InMemoryRevisionStore(InMemoryDatabase database) : IRevisionStore
{
    public ValueTask<long> GetAsync(CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<long>(cancellationToken)
            : ValueTask.FromResult(database.GetRevision());

    public ValueTask<long> GetAsync(TenantId tenant, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<long>(cancellationToken)
            : ValueTask.FromResult(database.GetRevision(tenant));
}
