using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What the suites of rules, breakers, snapshots and alerts share.</summary>
public abstract class PolicyStoreSuite(IStorageFixture storage) : StoreSuite(storage)
{
    protected const int Racers = 50;

    protected static Task AssertCancelledAsync(Func<Task> call) => Assert.ThrowsAnyAsync<OperationCanceledException>(call);

    /// <summary>Asserts how often the feed tells of a row after a revision, and that it tells of its deletion.</summary>
    protected async Task AssertToldAsync(long afterRevision, RegistryChangeKind kind, Guid id, int saves, bool deleted)
    {
        var head = await Revisions.GetAsync(Cancellation);
        var told = new List<RegistryChangeOperation>();
        if (head > afterRevision)
        {
            await foreach (var change in Feed.WatchAsync(afterRevision, Cancellation))
            {
                if (change.Id == id && change.Tenant == Tenant && change.Kind == kind)
                {
                    told.Add(change.Operation);
                }

                if (change.Revision >= head)
                {
                    break;
                }
            }
        }

        var expected = Enumerable.Repeat(RegistryChangeOperation.Saved, saves);
        Assert.Equal(deleted ? [.. expected, RegistryChangeOperation.Deleted] : expected, told);
    }
}
