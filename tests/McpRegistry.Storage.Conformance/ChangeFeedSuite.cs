using McpRegistry.ApiKeys;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What <see cref="IRegistryChangeFeed"/> promises.</summary>
public abstract partial class ChangeFeedSuite(IStorageFixture storage) : StoreSuite(storage)
{
    /// <summary>Far more than any store needs; a feed that says nothing fails by it instead of hanging.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Watch_EveryKindOfWrite_SaysWhoseRowAndWhatHappened()
    {
        var start = await Revisions.GetAsync(Cancellation);
        var before = TimeProvider.System.GetUtcNow().AddSeconds(-1);
        var server = await AddServerAsync(Sample.Server(Tenant));
        await Servers.UpdateAsync(Tenant, server, null, Cancellation);
        await Servers.SaveDiscoveryAsync(Tenant, server.Id, Sample.Report(Sample.Tool("a", 0)), Cancellation);
        await Servers.DeleteAsync(Tenant, server.Id, null, null, Cancellation);
        var key = await AddKeyAsync(Sample.Key(Tenant));
        await Keys.UpdateAsync(Tenant, key, null, Cancellation);

        var changes = await TakeAsync(Feed, start, 6);

        Assert.Equal(
            [
                (RegistryChangeKind.Server, server.Id, RegistryChangeOperation.Saved),
                (RegistryChangeKind.Server, server.Id, RegistryChangeOperation.Saved),
                (RegistryChangeKind.Catalogue, server.Id, RegistryChangeOperation.Saved),
                (RegistryChangeKind.Server, server.Id, RegistryChangeOperation.Deleted),
                (RegistryChangeKind.ApiKey, key.Id, RegistryChangeOperation.Saved),
                (RegistryChangeKind.ApiKey, key.Id, RegistryChangeOperation.Saved),
            ],
            changes.Select(change => (change.Kind, change.Id, change.Operation)));
        Assert.All(changes, change => Assert.InRange(change.OccurredAt, before, TimeProvider.System.GetUtcNow().AddSeconds(1)));
    }

    [Fact]
    public async Task Watch_WritesOfSeveralTenants_NamesTheOwnerOfEach()
    {
        await using var empty = await OpenEmptyAsync();
        var keys = empty.Services.GetRequiredService<IApiKeyStore>();
        TenantId[] owners = [Tenant, OtherTenant, TenantId.Global, Tenant];
        foreach (var owner in owners)
        {
            Assert.True((await keys.AddAsync(owner, Sample.Key(owner), null, Cancellation)).Succeeded);
        }

        var changes = await TakeAsync(FeedOf(empty), 0, 4, ofAnyTenant: true);

        Assert.Equal(owners, changes.Select(change => change.Tenant));
        Assert.Equal([1, 2, 3, 4], changes.Select(change => change.Revision));
    }

    [Fact]
    public async Task Watch_FailedWrites_SaysNothingOfThem()
    {
        await using var empty = await OpenEmptyAsync();
        var keys = empty.Services.GetRequiredService<IApiKeyStore>();
        var servers = empty.Services.GetRequiredService<IServerStore>();
        var first = Sample.Key(Tenant);
        var last = Sample.Key(Tenant);
        Assert.True((await keys.AddAsync(Tenant, first, null, Cancellation)).Succeeded);
        Assert.False((await keys.AddAsync(Tenant, Sample.Key(Tenant, name: first.Name), null, Cancellation)).Succeeded);
        Assert.False((await keys.UpdateAsync(OtherTenant, first, null, Cancellation)).Succeeded);
        Assert.False((await servers.DeleteAsync(Tenant, Guid.CreateVersion7(), null, null, Cancellation)).Succeeded);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await keys.AddAsync(Tenant, Sample.Key(Tenant), null, Cancelled));
        Assert.True((await keys.AddAsync(Tenant, last, null, Cancellation)).Succeeded);

        var changes = await TakeAsync(FeedOf(empty), 0, 2);

        Assert.Equal([(1L, first.Id), (2L, last.Id)], changes.Select(change => (change.Revision, change.Id)));
    }

    [Fact]
    public async Task Watch_FromALaterRevision_BeginsAfterIt()
    {
        await using var empty = await OpenEmptyAsync();
        var ids = await AddKeysAsync(empty, 5);

        Assert.Equal(ids, Ids(await TakeAsync(FeedOf(empty), 0, 5)));
        Assert.Equal(ids[2..], Ids(await TakeAsync(FeedOf(empty), 2, 3)));
        Assert.Equal(ids[4..], Ids(await TakeAsync(FeedOf(empty), 4, 1)));
    }

    [Fact]
    public async Task Watch_NothingToSay_WaitsAndSaysTheNextWrite()
    {
        await using var empty = await OpenEmptyAsync();
        await using var watch = FeedOf(empty).WatchAsync(0, Cancellation).GetAsyncEnumerator(Cancellation);
        var next = watch.MoveNextAsync().AsTask();
        Assert.False(next.IsCompleted);

        var id = Assert.Single(await AddKeysAsync(empty, 1));

        Assert.True(await next.WaitAsync(Patience, Cancellation));
        Assert.Equal((1, id), (watch.Current.Revision, watch.Current.Id));
    }

    [Fact]
    public async Task Watch_CancelledToken_IsCancelled()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var head = await Revisions.GetAsync(Cancellation);
        var waiting = TakeAsync(Feed, head + 1_000_000, 2, ofAnyTenant: true, source.Token);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Patience, Cancellation));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TakeAsync(Feed, 0, 1, ofAnyTenant: true, Cancelled));
    }

    [Fact]
    public async Task Watch_NegativeRevision_Throws() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => TakeAsync(Feed, -1, 1));
}
