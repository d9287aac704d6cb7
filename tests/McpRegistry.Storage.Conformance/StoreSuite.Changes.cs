using McpRegistry.Tenancy;

namespace McpRegistry.Storage.Conformance;

/// <content>What the feed says about one row.</content>
public abstract partial class StoreSuite
{
    /// <summary>Far more than any store needs; a feed that says nothing fails by it instead of hanging.</summary>
    private static readonly TimeSpan FeedPatience = TimeSpan.FromMinutes(2);

    /// <summary>Reads what happened to one row after a revision, as many changes as are expected.</summary>
    private protected async Task<IReadOnlyList<RegistryChangeOperation>> TakeOperationsAsync(
        long afterRevision, TenantId tenant, RegistryChangeKind kind, Guid id, int count)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(FeedPatience);
        var operations = new List<RegistryChangeOperation>();
        await foreach (var change in Feed.WatchAsync(afterRevision, patience.Token))
        {
            if (change.Tenant == tenant && change.Kind == kind && change.Id == id)
            {
                operations.Add(change.Operation);
            }

            if (operations.Count == count)
            {
                break;
            }
        }

        return operations;
    }
}
