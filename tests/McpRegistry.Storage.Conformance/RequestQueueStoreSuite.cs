using McpRegistry.Resilience;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What <see cref="IRequestQueueStore"/> promises.</summary>
public abstract class RequestQueueStoreSuite(IStorageFixture storage) : PolicyStoreSuite(storage)
{
    private IRequestQueueStore Queues => Get<IRequestQueueStore>();

    [Fact]
    public async Task Save_FullAndMinimalSnapshot_ReadBack()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var full = Sample.FullQueue(server);
        var minimal = Sample.Queue(server, "replica-2");

        var written = await Queues.SaveAsync(
            Tenant, [minimal, full with { SeenAt = full.SeenAt.AddTicks(9), ProcessingTimeout = full.ProcessingTimeout + TimeSpan.FromTicks(9999) }], Cancellation);

        Assert.Equal(2, written);
        await AssertStoredAsync(server, full, minimal);
    }

    [Fact]
    public async Task Save_KnownKey_ReplacesAllMembers()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        await Queues.SaveAsync(Tenant, [Sample.FullQueue(server)], Cancellation);
        var renewed = Sample.Queue(server) with { SeenAt = server.CreatedAt.AddSeconds(1) };

        Assert.Equal(1, await Queues.SaveAsync(Tenant, [renewed], Cancellation));
        Assert.Equal(0, await Queues.SaveAsync(Tenant, [Sample.FullQueue(server)], Cancellation));

        await AssertStoredAsync(server, renewed);
    }

    [Fact]
    public async Task Save_ServersThatAreNotTheTenants_AreSkipped()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var foreign = await AddServerAsync(Sample.Server(OtherTenant));
        var global = await AddServerAsync(Sample.Server(TenantId.Global));
        var gone = Sample.Server(Tenant);

        var written = await Queues.SaveAsync(
            Tenant, [Sample.Queue(gone), Sample.Queue(foreign), Sample.Queue(server), Sample.Queue(global)], Cancellation);

        Assert.Equal(1, written);
        await AssertStoredAsync(server, Sample.Queue(server));
        Assert.Empty(await Queues.ListAsync(OtherTenant, foreign.Id, Cancellation));
        Assert.Empty(await Queues.ListAsync(TenantId.Global, global.Id, Cancellation));
        Assert.Empty(await Queues.ListAsync(OtherTenant, server.Id, Cancellation));
        Assert.Equal(1, await Queues.SaveAsync(TenantId.Global, [Sample.Queue(global)], Cancellation));
    }

    [Fact]
    public async Task Save_LargeBatch_IsWrittenWhole()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));

        Assert.Equal(0, await Queues.SaveAsync(Tenant, [], Cancellation));
        Assert.Equal(450, await Queues.SaveAsync(Tenant, [.. Enumerable.Range(0, 450).Select(i => Sample.Queue(server, $"replica-{i}"))], Cancellation));

        Assert.Equal(450, (await Queues.ListAsync(Tenant, server.Id, Cancellation)).Count);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public async Task Save_MeanNotFinite_ThrowsAndWritesNothing(double mean)
    {
        var server = await AddServerAsync(Sample.Server(Tenant));

        await Assert.ThrowsAsync<ArgumentException>(async () => await Queues.SaveAsync(
            Tenant, [Sample.Queue(server), Sample.Queue(server, "b") with { AverageWaitMilliseconds = mean }], Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Queues.SaveAsync(
            Tenant, [Sample.Queue(server), Sample.Queue(server, "b") with { AverageProcessingMilliseconds = mean }], Cancellation));

        Assert.Empty(await Queues.ListAsync(Tenant, server.Id, Cancellation));
    }

    [Fact]
    public async Task List_Snapshots_AreOrderedByInstance()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        string[] instances = ["b", "B", "a", "é", "\uFF5E", "😀", ""];

        await Queues.SaveAsync(Tenant, [.. instances.Select(instance => Sample.Queue(server, instance))], Cancellation);

        Assert.Equal(instances.Order(StringComparer.Ordinal), (await Queues.ListAsync(Tenant, server.Id, Cancellation)).Select(queue => queue.Instance));
    }

    [Fact]
    public async Task DeleteUnseen_OldSnapshots_AreDeletedForEveryTenant()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var other = await AddServerAsync(Sample.Server(OtherTenant));
        var limit = server.CreatedAt.AddYears(-10).AddDays(Random.Shared.Next(1000));
        await Queues.SaveAsync(
            Tenant, [Sample.Queue(server, "old") with { SeenAt = limit.AddTicks(-10) }, Sample.Queue(server, "new") with { SeenAt = limit }], Cancellation);
        await Queues.SaveAsync(OtherTenant, [Sample.Queue(other) with { SeenAt = limit.AddDays(-1) }], Cancellation);

        Assert.True(await Queues.DeleteUnseenAsync(limit, Cancellation) >= 2);

        Assert.Equal(["new"], (await Queues.ListAsync(Tenant, server.Id, Cancellation)).Select(queue => queue.Instance));
        Assert.Empty(await Queues.ListAsync(OtherTenant, other.Id, Cancellation));
    }

    [Fact]
    public async Task DeleteServer_Snapshots_GoWithIt()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        await Queues.SaveAsync(Tenant, [Sample.Queue(server)], Cancellation);
        var before = await Revisions.GetAsync(Tenant, Cancellation);

        Assert.True((await Servers.DeleteAsync(Tenant, server.Id, null, null, Cancellation)).Succeeded);

        Assert.Equal(1, before);
        Assert.Empty(await Queues.ListAsync(Tenant, server.Id, Cancellation));
        Assert.Equal(0, await Queues.SaveAsync(Tenant, [Sample.Queue(server)], Cancellation));
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public async Task Save_HostileText_ComesBackUnchanged(string text)
    {
        var server = await AddServerAsync(Sample.Server(Tenant));

        await Queues.SaveAsync(Tenant, [Sample.Queue(server, text)], Cancellation);
        await Queues.SaveAsync(Tenant, [Sample.Queue(server, text) with { MaxSize = 2 }], Cancellation);

        var found = Assert.Single(await Queues.ListAsync(Tenant, server.Id, Cancellation));
        Assert.Equal((text, 2), (found.Instance, found.MaxSize));
    }

    [Fact]
    public async Task Save_SameKeysByFiftyAtOnce_TheNewestStays()
    {
        var one = await AddServerAsync(Sample.Server(Tenant));
        var two = await AddServerAsync(Sample.Server(Tenant));

        await Task.WhenAll(Enumerable.Range(0, Racers).Select(i => Task.Run(async () =>
        {
            RequestQueueSnapshot[] batch =
            [
                Sample.Queue(one) with { SeenAt = one.CreatedAt.AddSeconds(i), MaxSize = i },
                Sample.Queue(two) with { SeenAt = two.CreatedAt.AddSeconds(i), MaxSize = i },
            ];
            await Queues.SaveAsync(Tenant, i % 2 == 0 ? batch : [.. batch.Reverse()], Cancellation);
        })));

        Assert.Equal(Racers - 1, Assert.Single(await Queues.ListAsync(Tenant, one.Id, Cancellation)).MaxSize);
        Assert.Equal(Racers - 1, Assert.Single(await Queues.ListAsync(Tenant, two.Id, Cancellation)).MaxSize);
    }

    [Fact]
    public async Task Save_WhileTheServerIsDeleted_LeavesNothingBehind()
    {
        for (var round = 0; round < 5; round++)
        {
            var server = await AddServerAsync(Sample.Server(Tenant));
            var saves = Enumerable.Range(0, 10).Select(i => Task.Run(
                async () => await Queues.SaveAsync(Tenant, [Sample.Queue(server, $"{i}")], Cancellation))).ToArray();
            var delete = Task.Run(async () => await Servers.DeleteAsync(Tenant, server.Id, null, null, Cancellation));

            await Task.WhenAll(saves);
            Assert.True((await delete).Succeeded);

            Assert.Empty(await Queues.ListAsync(Tenant, server.Id, Cancellation));
        }
    }

    [Fact]
    public async Task AnyMethod_CancelledToken_IsCancelledAndWritesNothing()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        await Queues.SaveAsync(Tenant, [Sample.Queue(server)], Cancellation);

        await AssertCancelledAsync(async () => await Queues.SaveAsync(Tenant, [Sample.FullQueue(server)], Cancelled));
        await AssertCancelledAsync(async () => await Queues.ListAsync(Tenant, server.Id, Cancelled));
        await AssertCancelledAsync(async () => await Queues.DeleteUnseenAsync(DateTimeOffset.MaxValue, Cancelled));

        await AssertStoredAsync(server, Sample.Queue(server));
    }

    [Fact]
    public async Task HundredOperations_AtOnce_AllSucceed()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(async () =>
        {
            Assert.Equal(1, await Queues.SaveAsync(Tenant, [Sample.Queue(server, $"{i}")], Cancellation));
            Assert.Contains(await Queues.ListAsync(Tenant, server.Id, Cancellation), queue => queue.Instance == $"{i}");
        })));

        Assert.Equal(50, (await Queues.ListAsync(Tenant, server.Id, Cancellation)).Count);
    }

    private async Task AssertStoredAsync(RegisteredServer server, params RequestQueueSnapshot[] expected) => Assert.Equal(
        expected.Select(Describe.Queue), (await Queues.ListAsync(server.Tenant, server.Id, Cancellation)).Select(Describe.Queue));
}
