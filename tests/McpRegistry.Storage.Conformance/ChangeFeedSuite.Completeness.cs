using McpRegistry.ApiKeys;
using McpRegistry.Servers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <content>Nothing twice, nothing missed, and a reset where something is gone.</content>
public abstract partial class ChangeFeedSuite
{
    [Fact]
    public async Task Watch_FiftyWritersAtOnce_SaysEveryWriteOnceAndInOrder()
    {
        await using var empty = await OpenEmptyAsync();
        Task<List<RegistryChange>>[] watching = [.. Enumerable.Range(0, 3).Select(_ => TakeAsync(FeedOf(empty), 0, 200))];

        var written = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => AddKeysAsync(empty, 4))));

        foreach (var changes in await Task.WhenAll(watching))
        {
            Assert.Equal(Enumerable.Range(1, 200).Select(i => (long)i), changes.Select(change => change.Revision));
            Assert.Equal(written.SelectMany(ids => ids).Order(), Ids(changes).Order());
        }
    }

    [Fact]
    public async Task Watch_WhileOthersWrite_AReadSeesWhatTheChangeSays()
    {
        await using var empty = await OpenEmptyAsync();
        var servers = empty.Services.GetRequiredService<IServerStore>();
        var writers = Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 4; i++)
            {
                Assert.True((await servers.AddAsync(Tenant, Sample.Server(Tenant), null, Cancellation)).Succeeded);
            }
        })));

        var seen = 0;
        using var limit = Limit(Cancellation);
        await foreach (var change in FeedOf(empty).WatchAsync(0, limit.Token))
        {
            Assert.NotNull(await servers.FindAsync(Tenant, change.Id, Cancellation));
            if (++seen == 40)
            {
                break;
            }
        }

        await writers;
    }

    [Fact]
    public async Task Watch_ManyChangesAtOnce_SaysAllOfThem()
    {
        await using var empty = await OpenEmptyAsync();
        var ids = await AddKeysAsync(empty, 1100);

        Assert.Equal(ids, Ids(await TakeAsync(FeedOf(empty), 0, 1100)));
    }

    [Fact]
    public async Task Watch_StoppedAndStartedAgainWhileOthersWrite_MissesAndRepeatsNothing()
    {
        await using var empty = await OpenEmptyAsync();
        var writers = Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => AddKeysAsync(empty, 10))));
        var revisions = new List<long> { 0 };
        while (revisions.Count <= 100)
        {
            revisions.AddRange((await TakeAsync(FeedOf(empty), revisions[^1], 1)).Select(change => change.Revision));
        }

        await writers;
        Assert.Equal(Enumerable.Range(0, 101).Select(i => (long)i), revisions);
    }

    [Fact]
    public async Task Watch_ChangesAreNoLongerKept_SaysResetAndThenWhatFollows()
    {
        await using var empty = await OpenEmptyAsync();
        await AddKeysAsync(empty, 3);
        await empty.ForgetChangesAsync();

        AssertReset(3, Assert.Single(await TakeAsync(FeedOf(empty), 1, 1, ofAnyTenant: true)));

        var later = await AddKeysAsync(empty, 2);
        var changes = await TakeAsync(FeedOf(empty), 1, 3, ofAnyTenant: true);
        AssertReset(3, changes[0]);
        Assert.Equal([(4, later[0]), (5, later[1])], changes[1..].Select(change => ((int)change.Revision, change.Id)));
        Assert.Equal(later, Ids(await TakeAsync(FeedOf(empty), 3, 2, ofAnyTenant: true)));
        Assert.Equal(later[1..], Ids(await TakeAsync(FeedOf(empty), 4, 1, ofAnyTenant: true)));
    }

    [Fact]
    public async Task Watch_ConsumerIsUpToDateWhenChangesGo_SaysNoReset()
    {
        await using var empty = await OpenEmptyAsync();
        await AddKeysAsync(empty, 3);
        await using var watch = FeedOf(empty).WatchAsync(3, Cancellation).GetAsyncEnumerator(Cancellation);
        var next = watch.MoveNextAsync().AsTask();
        await empty.ForgetChangesAsync();

        var id = Assert.Single(await AddKeysAsync(empty, 1));

        Assert.True(await next.WaitAsync(Patience, Cancellation));
        Assert.Equal(id, watch.Current.Id);
    }

    [Fact]
    public async Task Watch_RevisionThatTheStoreHasNotReached_SaysReset()
    {
        await using var empty = await OpenEmptyAsync();
        await AddKeysAsync(empty, 2);

        AssertReset(2, Assert.Single(await TakeAsync(FeedOf(empty), 9, 1, ofAnyTenant: true)));
    }

    private static void AssertReset(long revision, RegistryChange change) =>
        Assert.Equal((RegistryChangeKind.Reset, revision, Guid.Empty), (change.Kind, change.Revision, change.Id));

    private static IRegistryChangeFeed FeedOf(IEmptyStorage storage) => storage.Services.GetRequiredService<IRegistryChangeFeed>();

    private static IEnumerable<Guid> Ids(IEnumerable<RegistryChange> changes) => changes.Select(change => change.Id);

    private static CancellationTokenSource Limit(CancellationToken cancellationToken)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        source.CancelAfter(Patience);
        return source;
    }

    private async Task<List<Guid>> AddKeysAsync(IEmptyStorage empty, int count)
    {
        var keys = empty.Services.GetRequiredService<IApiKeyStore>();
        var ids = new List<Guid>();
        for (var i = 0; i < count; i++)
        {
            var added = await keys.AddAsync(Tenant, Sample.Key(Tenant), null, Cancellation);
            Assert.True(added.Succeeded);
            ids.Add(added.Value.Id);
        }

        return ids;
    }

    /// <summary>Takes the next changes; other tests write to the shared store in tenants of their own.</summary>
    private Task<List<RegistryChange>> TakeAsync(IRegistryChangeFeed feed, long after, int count, bool ofAnyTenant = false) =>
        TakeAsync(feed, after, count, ofAnyTenant, Cancellation);

    private async Task<List<RegistryChange>> TakeAsync(
        IRegistryChangeFeed feed, long after, int count, bool ofAnyTenant, CancellationToken cancellationToken)
    {
        using var limit = Limit(cancellationToken);
        var changes = new List<RegistryChange>();
        await foreach (var change in feed.WatchAsync(after, limit.Token))
        {
            if (ofAnyTenant || change.Tenant == Tenant)
            {
                changes.Add(change);
            }

            if (changes.Count == count)
            {
                break;
            }
        }

        return changes;
    }
}
