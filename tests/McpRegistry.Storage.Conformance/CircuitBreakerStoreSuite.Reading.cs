using McpRegistry.Resilience;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <content>Lists, many callers at once.</content>
public abstract partial class CircuitBreakerStoreSuite
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(20)]
    public async Task ListOpen_PagesWhileRowsChange_NoGapAndNoRepeat(int limit)
    {
        var open = new List<Guid>();
        for (var i = 0; i < 9; i++)
        {
            open.Add((await AddServerWithBreakerAsync((CircuitState)(1 + (i % 3)))).Endpoints[0].Id);
            await AddServerWithBreakerAsync(CircuitState.Closed);
        }

        await SaveAsync(Sample.FullBreaker(await AddServerAsync(Sample.Server(OtherTenant))));
        open.Sort();
        var seen = new List<Guid>();
        for (var (after, page) = ((Guid?)null, limit); page == limit; after = seen[^1])
        {
            var next = await Breakers.ListOpenAsync(Tenant, after, limit, Cancellation);
            seen.AddRange(next.Select(breaker => breaker.EndpointId));
            page = next.Count;
            if (seen.Count == limit)
            {
                var first = (await Breakers.FindAsync(Tenant, open[0], Cancellation))!;
                var last = (await Breakers.FindAsync(Tenant, open[8], Cancellation))!;
                Assert.True((await Breakers.DecideAsync(Tenant, first with { State = CircuitState.Closed }, null, Cancellation)).Succeeded);
                await SaveAsync(last with { State = CircuitState.Isolated, Reason = "changed" });
            }
        }

        Assert.Equal(open, seen);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Breakers.ListOpenAsync(Tenant, null, 0, Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Breakers.ListOpenAsync(Tenant, null, 1001, Cancellation));
    }

    [Fact]
    public async Task ReadAll_BreakersOfSeveralTenants_ReturnsEachOnce()
    {
        var own = await SaveAsync(Sample.FullBreaker(await AddServerAsync(Sample.Server(Tenant))));
        var other = await SaveAsync(Sample.Breaker(await AddServerAsync(Sample.Server(OtherTenant))));

        var read = new List<CircuitBreakerSnapshot>();
        await foreach (var breaker in Breakers.ReadAllAsync(Cancellation))
        {
            read.Add(breaker);
        }

        Assert.Equal(Describe.Breaker(own), Describe.Breaker(Assert.Single(read, breaker => breaker.EndpointId == own.EndpointId)));
        Assert.Equal(Describe.Breaker(other), Describe.Breaker(Assert.Single(read, breaker => breaker.EndpointId == other.EndpointId)));
    }

    [Theory]
    [InlineData(CircuitState.Open, 1)]
    [InlineData(CircuitState.Closed, 0)]
    public async Task Save_FirstOneByFiftyAtOnce_AllSucceedAndTheStateChangesOnce(CircuitState state, int raises)
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var before = await Revisions.GetAsync(Tenant, Cancellation);

        await Task.WhenAll(Enumerable.Range(0, Racers).Select(i => Task.Run(
            async () => await SaveAsync(Sample.Breaker(server, state) with { Instance = $"replica-{i}" }))));

        Assert.Equal(state, (await Breakers.FindAsync(Tenant, server.Endpoints[0].Id, Cancellation))!.State);
        Assert.Equal(before + raises, await Revisions.GetAsync(Tenant, Cancellation));
    }

    /// <summary>No change among them isolates: nothing but a decision would take that back, however new the others are.</summary>
    [Fact]
    public async Task Save_ChangesByFiftyAtOnce_TheNewestStays()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var snapshots = Enumerable.Range(1, Racers)
            .Select(i => Sample.Breaker(server, (CircuitState)(i % 3)) with { LastStateChange = server.CreatedAt.AddSeconds(i), Reason = $"{i}" })
            .ToArray();

        var results = await Task.WhenAll(snapshots.Reverse().Select(snapshot => Task.Run(
            async () => await Breakers.SaveAsync(Tenant, snapshot, Cancellation))));

        Assert.All(results, result => Assert.True(result.Succeeded || result.Outcome == StoreOutcome.Stale));
        Assert.Equal(Describe.Breaker(snapshots[^1]), Describe.Breaker(await Breakers.FindAsync(Tenant, server.Endpoints[0].Id, Cancellation)));
    }

    [Fact]
    public async Task Save_WhileTheServerIsDeleted_LeavesNothingBehind()
    {
        for (var round = 0; round < 5; round++)
        {
            var server = await AddServerAsync(Sample.Server(Tenant));
            var saves = Enumerable.Range(0, 10).Select(i => Task.Run(
                async () => await Breakers.SaveAsync(Tenant, Sample.Breaker(server, (CircuitState)(i % 2)), Cancellation))).ToArray();
            var delete = Task.Run(async () => await Servers.DeleteAsync(Tenant, server.Id, null, null, Cancellation));

            var results = await Task.WhenAll(saves);
            Assert.True((await delete).Succeeded);

            Assert.All(results, result => Assert.True(result.Succeeded || result.Outcome == StoreOutcome.NotFound));
            Assert.Null(await Breakers.FindAsync(Tenant, server.Endpoints[0].Id, Cancellation));
        }
    }

    [Fact]
    public async Task AnyMethod_CancelledToken_IsCancelledAndWritesNothing()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var stored = await SaveAsync(Sample.FullBreaker(server));

        await AssertCancelledAsync(async () => await Breakers.SaveAsync(Tenant, Sample.Breaker(server), Cancelled));
        await AssertCancelledAsync(async () => await Breakers.SaveAsync(Tenant, Sample.Breaker(server, CircuitState.Isolated), Cancelled));
        await AssertCancelledAsync(async () => await Breakers.FindAsync(Tenant, stored.EndpointId, Cancelled));
        await AssertCancelledAsync(async () => await Breakers.ListOpenAsync(Tenant, null, 1, Cancelled));
        await AssertCancelledAsync(async () => await Breakers.ReadAllAsync(Cancelled).GetAsyncEnumerator(Cancelled).MoveNextAsync());

        Assert.Equal(Describe.Breaker(stored), Describe.Breaker(Assert.Single(await Breakers.ListOpenAsync(Tenant, null, 10, Cancellation))));
    }

    [Fact]
    public async Task HundredOperations_AtOnce_AllSucceed()
    {
        await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => Task.Run(async () =>
        {
            var server = await AddServerWithBreakerAsync(CircuitState.Closed);
            await SaveAsync(Sample.Breaker(server, CircuitState.Open));
            Assert.Equal(CircuitState.Open, (await Breakers.FindAsync(Tenant, server.Endpoints[0].Id, Cancellation))!.State);
        })));

        Assert.Equal(25, (await Breakers.ListOpenAsync(Tenant, null, 100, Cancellation)).Count);
    }
}
