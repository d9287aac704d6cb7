using McpRegistry.Storage;

namespace McpRegistry.ApiKeys;

/// <summary>Forgets a remembered key as soon as any replica has changed it, so that a revocation need not wait for the cache.</summary>
internal sealed class ApiKeyFollower(ApiKeyCache cache) : IChangeHandler
{
    public ValueTask ApplyAsync(RegistryChange change, CancellationToken cancellationToken)
    {
        if (change.Kind == RegistryChangeKind.ApiKey)
        {
            cache.Remove(change.Id);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask ReloadAsync(CancellationToken cancellationToken)
    {
        cache.Clear();
        return ValueTask.CompletedTask;
    }
}
