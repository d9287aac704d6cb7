using McpRegistry.Resilience;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What <see cref="IConnectionPoolStore"/> promises.</summary>
public abstract class ConnectionPoolStoreSuite(IStorageFixture storage) : PolicyStoreSuite(storage)
{
    private IConnectionPoolStore Pools => Get<IConnectionPoolStore>();

    [Fact]
    public async Task Save_FullAndMinimalSnapshot_ReadBack()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var full = Sample.FullPool(server);
        var minimal = Sample.Pool(server, "replica-2");

        var written = await Pools.SaveAsync(
            Tenant, [minimal, full with { SeenAt = full.SeenAt.AddTicks(9), AcquireTimeout = full.AcquireTimeout + TimeSpan.FromTicks(9999) }], Cancellation);

        Assert.Equal(2, written);
        await AssertStoredAsync(server, full, minimal);
    }

    [Fact]
    public async Task Save_KnownKey_ReplacesAllMembers()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        await Pools.SaveAsync(Tenant, [Sample.FullPool(server)], Cancellation);
        var renewed = Sample.Pool(server) with { SeenAt = server.CreatedAt.AddSeconds(1) };

        Assert.Equal(1, await Pools.SaveAsync(Tenant, [renewed], Cancellation));
        Assert.Equal(0, await Pools.SaveAsync(Tenant, [Sample.FullPool(server)], Cancellation));

        await AssertStoredAsync(server, renewed);
    }

    [Fact]
    public async Task Save_ServersThatAreNotTheTenants_AreSkipped()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var foreign = await AddServerAsync(Sample.Server(OtherTenant));
        var global = await AddServerAsync(Sample.Server(TenantId.Global));
        var gone = Sample.Server(Tenant);

        var written = await Pools.SaveAsync(
            Tenant, [Sample.Pool(gone), Sample.Pool(foreign), Sample.Pool(server), Sample.Pool(global)], Cancellation);

        Assert.Equal(1, written);
        await AssertStoredAsync(server, Sample.Pool(server));
        Assert.Empty(await Pools.ListAsync(OtherTenant, foreign.Id, Cancellation));
        Assert.Empty(await Pools.ListAsync(TenantId.Global, global.Id, Cancellation));
        Assert.Empty(await Pools.ListAsync(OtherTenant, server.Id, Cancellation));
        Assert.Equal(1, await Pools.SaveAsync(TenantId.Global, [Sample.Pool(global)], Cancellation));
    }

    [Fact]
    public async Task Save_LargeBatch_IsWrittenWhole()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));

        Assert.Equal(0, await Pools.SaveAsync(Tenant, [], Cancellation));
        Assert.Equal(450, await Pools.SaveAsync(Tenant, [.. Enumerable.Range(0, 450).Select(i => Sample.Pool(server, $"replica-{i}"))], Cancellation));

        Assert.Equal(450, (await Pools.ListAsync(Tenant, server.Id, Cancellation)).Count);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public async Task Save_MeanNotFinite_ThrowsAndWritesNothing(double mean)
    {
        var server = await AddServerAsync(Sample.Server(Tenant));

        await Assert.ThrowsAsync<ArgumentException>(async () => await Pools.SaveAsync(
            Tenant, [Sample.Pool(server), Sample.Pool(server, "b") with { AverageConnectMilliseconds = mean }], Cancellation));

        Assert.Empty(await Pools.ListAsync(Tenant, server.Id, Cancellation));
    }

    [Fact]
    public async Task List_Snapshots_AreOrderedByEndpointThenInstance()
    {
        var server = await AddServerAsync(Sample.Server(Tenant) with
        {
            Endpoints = [Sample.Endpoint() with { Id = Sample.RandomId() }, Sample.Endpoint() with { Id = Sample.RandomId() }],
        });
        string[] instances = ["b", "B", "a", "é", "\uFF5E", "😀", ""];
        var expected = server.Endpoints
            .OrderBy(endpoint => endpoint.Id)
            .SelectMany(endpoint => instances.Order(StringComparer.Ordinal).Select(instance => (endpoint.Id, instance)))
            .ToArray();

        await Pools.SaveAsync(Tenant, [.. expected.Reverse().Select(key => Sample.Pool(server, key.instance) with { EndpointId = key.Id })], Cancellation);

        Assert.Equal(expected, (await Pools.ListAsync(Tenant, server.Id, Cancellation)).Select(pool => (pool.EndpointId, pool.Instance)));
    }

    [Fact]
    public async Task DeleteUnseen_OldSnapshots_AreDeletedForEveryTenant()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var other = await AddServerAsync(Sample.Server(OtherTenant));
        var limit = server.CreatedAt.AddYears(-10).AddDays(Random.Shared.Next(1000));
        await Pools.SaveAsync(
            Tenant, [Sample.Pool(server, "old") with { SeenAt = limit.AddTicks(-10) }, Sample.Pool(server, "new") with { SeenAt = limit }], Cancellation);
        await Pools.SaveAsync(OtherTenant, [Sample.Pool(other) with { SeenAt = limit.AddDays(-1) }], Cancellation);

        Assert.True(await Pools.DeleteUnseenAsync(limit, Cancellation) >= 2);

        Assert.Equal(["new"], (await Pools.ListAsync(Tenant, server.Id, Cancellation)).Select(pool => pool.Instance));
        Assert.Empty(await Pools.ListAsync(OtherTenant, other.Id, Cancellation));
    }

    [Fact]
    public async Task DeleteServer_Snapshots_GoWithIt()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        await Pools.SaveAsync(Tenant, [Sample.Pool(server)], Cancellation);
        var before = await Revisions.GetAsync(Tenant, Cancellation);

        Assert.True((await Servers.DeleteAsync(Tenant, server.Id, null, null, Cancellation)).Succeeded);

        Assert.Equal(1, before);
        Assert.Empty(await Pools.ListAsync(Tenant, server.Id, Cancellation));
        Assert.Equal(0, await Pools.SaveAsync(Tenant, [Sample.Pool(server)], Cancellation));
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public async Task Save_HostileText_ComesBackUnchanged(string text)
    {
        var server = await AddServerAsync(Sample.Server(Tenant));

        await Pools.SaveAsync(Tenant, [Sample.Pool(server, text)], Cancellation);
        await Pools.SaveAsync(Tenant, [Sample.Pool(server, text) with { MaxSize = 2 }], Cancellation);

        var found = Assert.Single(await Pools.ListAsync(Tenant, server.Id, Cancellation));
        Assert.Equal((text, 2), (found.Instance, found.MaxSize));
    }

    [Fact]
    public async Task Save_SameKeysByFiftyAtOnce_TheNewestStays()
    {
        var one = await AddServerAsync(Sample.Server(Tenant));
        var two = await AddServerAsync(Sample.Server(Tenant));

        await Task.WhenAll(Enumerable.Range(0, Racers).Select(i => Task.Run(async () =>
        {
            ConnectionPoolSnapshot[] batch =
            [
                Sample.Pool(one) with { SeenAt = one.CreatedAt.AddSeconds(i), MaxSize = i },
                Sample.Pool(two) with { SeenAt = two.CreatedAt.AddSeconds(i), MaxSize = i },
            ];
            await Pools.SaveAsync(Tenant, i % 2 == 0 ? batch : [.. batch.Reverse()], Cancellation);
        })));

        Assert.Equal(Racers - 1, Assert.Single(await Pools.ListAsync(Tenant, one.Id, Cancellation)).MaxSize);
        Assert.Equal(Racers - 1, Assert.Single(await Pools.ListAsync(Tenant, two.Id, Cancellation)).MaxSize);
    }

    [Fact]
    public async Task Save_WhileTheServerIsDeleted_LeavesNothingBehind()
    {
        for (var round = 0; round < 5; round++)
        {
            var server = await AddServerAsync(Sample.Server(Tenant));
            var saves = Enumerable.Range(0, 10).Select(i => Task.Run(
                async () => await Pools.SaveAsync(Tenant, [Sample.Pool(server, $"{i}")], Cancellation))).ToArray();
            var delete = Task.Run(async () => await Servers.DeleteAsync(Tenant, server.Id, null, null, Cancellation));

            await Task.WhenAll(saves);
            Assert.True((await delete).Succeeded);

            Assert.Empty(await Pools.ListAsync(Tenant, server.Id, Cancellation));
        }
    }

    [Fact]
    public async Task AnyMethod_CancelledToken_IsCancelledAndWritesNothing()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        await Pools.SaveAsync(Tenant, [Sample.Pool(server)], Cancellation);

        await AssertCancelledAsync(async () => await Pools.SaveAsync(Tenant, [Sample.FullPool(server)], Cancelled));
        await AssertCancelledAsync(async () => await Pools.ListAsync(Tenant, server.Id, Cancelled));
        await AssertCancelledAsync(async () => await Pools.DeleteUnseenAsync(DateTimeOffset.MaxValue, Cancelled));

        await AssertStoredAsync(server, Sample.Pool(server));
    }

    [Fact]
    public async Task HundredOperations_AtOnce_AllSucceed()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(async () =>
        {
            Assert.Equal(1, await Pools.SaveAsync(Tenant, [Sample.Pool(server, $"{i}")], Cancellation));
            Assert.Contains(await Pools.ListAsync(Tenant, server.Id, Cancellation), pool => pool.Instance == $"{i}");
        })));

        Assert.Equal(50, (await Pools.ListAsync(Tenant, server.Id, Cancellation)).Count);
    }

    private async Task AssertStoredAsync(RegisteredServer server, params ConnectionPoolSnapshot[] expected) => Assert.Equal(
        expected.Select(Describe.Pool), (await Pools.ListAsync(server.Tenant, server.Id, Cancellation)).Select(Describe.Pool));
}
