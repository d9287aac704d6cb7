using McpRegistry.Storage;

namespace McpRegistry.ApiKeys;

/// <summary>
/// Forgets what is remembered of a key as soon as any replica has changed it, its tenant or its owner, so that a revocation
/// need not wait for the cache.
/// </summary>
internal sealed class ApiKeyFollower(ApiKeyCache cache, UnknownKeys unknown, KnownLookupIds knownIds) : IChangeHandler
{
    public ChangePrecedence Precedence => ChangePrecedence.Keys;

    public async ValueTask ApplyAsync(RegistryChange change, CancellationToken cancellationToken)
    {
        switch (change.Kind)
        {
            case RegistryChangeKind.ApiKey:
                cache.Remove(change.Id);
                unknown.Clear();
                await knownIds.AddAsync(change.Tenant, change.Id, cancellationToken).ConfigureAwait(false);
                break;
            case RegistryChangeKind.Tenant or RegistryChangeKind.User:
                cache.Remove(change.Id);
                break;
            default:
                break;
        }
    }

    public ValueTask ReloadAsync(CancellationToken cancellationToken)
    {
        cache.Clear();
        unknown.Clear();
        knownIds.Clear();
        return ValueTask.CompletedTask;
    }
}
