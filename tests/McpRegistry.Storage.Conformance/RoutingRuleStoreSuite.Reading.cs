using McpRegistry.Routing;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <content>Lists, the order of evaluation, many callers at once.</content>
public abstract partial class RoutingRuleStoreSuite
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(20)]
    public async Task List_PagesWhileRowsChange_NoGapAndNoRepeat(int limit)
    {
        var rules = new List<RoutingRule>();
        for (var i = 0; i < 9; i++)
        {
            rules.Add(await AddAsync(Sample.RoutingRule(Tenant) with { Id = Sample.RandomId() }));
        }

        await AddAsync(Sample.RoutingRule(OtherTenant));
        rules.Sort((left, right) => left.Id.CompareTo(right.Id));
        var seen = new List<Guid>();
        for (var (after, page) = ((Guid?)null, limit); page == limit; after = seen[^1])
        {
            var next = await Rules.ListAsync(Tenant, after, limit, Cancellation);
            seen.AddRange(next.Select(rule => rule.Id));
            page = next.Count;
            if (seen.Count == limit)
            {
                Assert.True((await Rules.DeleteAsync(Tenant, rules[0].Id, null, null, Cancellation)).Succeeded);
                Assert.True((await Rules.UpdateAsync(Tenant, rules[8] with { Name = "0", Priority = 0 }, null, Cancellation)).Succeeded);
            }
        }

        Assert.Equal(rules.Select(rule => rule.Id), seen);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task List_LimitOutOfRange_Throws(int limit) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Rules.ListAsync(Tenant, null, limit, Cancellation));

    [Fact]
    public async Task Count_Rules_AreThoseOfTheTenantActiveOrNot()
    {
        Assert.Equal(0, await Rules.CountAsync(Tenant, Cancellation));
        var rule = await AddAsync(Sample.RoutingRule(Tenant));
        await AddAsync(Sample.RoutingRule(Tenant) with { IsActive = false });
        await AddAsync(Sample.RoutingRule(OtherTenant));

        Assert.Equal(2, await Rules.CountAsync(Tenant, Cancellation));
        Assert.True((await Rules.DeleteAsync(Tenant, rule.Id, null, null, Cancellation)).Succeeded);
        Assert.Equal(1, await Rules.CountAsync(Tenant, Cancellation));
    }

    [Fact]
    public async Task ReadActive_Rules_ComeInTheOrderOfEvaluation()
    {
        var now = TimeProvider.System.GetUtcNow();
        var ids = Enumerable.Range(0, 6).Select(_ => Sample.RandomId()).Order().ToArray();
        var template = Sample.RoutingRule(Tenant) with { CreatedAt = now };
        RoutingRule[] ordered =
        [
            template with { Id = ids[5], Name = "a", Priority = int.MinValue },
            template with { Id = ids[4], Name = "b", Priority = 5, CreatedAt = now.AddTicks(-10) },
            template with { Id = ids[0], Name = "c", Priority = 5 },
            template with { Id = ids[3], Name = "d", Priority = 5, Tenant = OtherTenant },
            template with { Id = ids[2], Name = "e", Priority = 5, CreatedAt = now.AddTicks(10) },
            template with { Id = ids[1], Name = "f", Priority = int.MaxValue, CreatedAt = now.AddYears(-1) },
        ];
        foreach (var rule in ordered.Reverse())
        {
            await AddAsync(rule);
        }

        await AddAsync(Sample.RoutingRule(Tenant) with { IsActive = false });

        var read = new List<RoutingRule>();
        await foreach (var rule in Rules.ReadActiveAsync(Cancellation))
        {
            if (rule.Tenant == Tenant || rule.Tenant == OtherTenant)
            {
                read.Add(rule);
            }
        }

        Assert.Equal(ordered.Select(rule => rule.Name), read.Select(rule => rule.Name));
    }

    [Fact]
    public async Task Add_SameNameConcurrently_ExactlyOneWins()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, Racers).Select(i => Task.Run(
            async () => await Rules.AddAsync(Tenant, Sample.RoutingRule(Tenant, i % 2 == 0 ? "race" : "RACE"), null, Cancellation))));

        Assert.Single(results, result => result.Succeeded);
        Assert.Equal(Racers - 1, results.Count(result => result is { Outcome: StoreOutcome.Conflict, ConflictField: "name" }));
    }

    [Fact]
    public async Task Update_SameVersionConcurrently_ExactlyOneWins()
    {
        var rule = await AddAsync(Sample.RoutingRule(Tenant));

        var results = await Task.WhenAll(Enumerable.Range(0, Racers).Select(i => Task.Run(
            async () => await Rules.UpdateAsync(Tenant, rule with { Priority = i }, null, Cancellation))));

        Assert.Single(results, result => result.Succeeded);
        Assert.Equal(Racers - 1, results.Count(result => result.Outcome == StoreOutcome.Stale));
    }

    [Fact]
    public async Task EveryWrite_OfARule_RaisesTheRevisionAndIsTold()
    {
        var start = await Revisions.GetAsync(Cancellation);
        var rule = await AddAsync(Sample.RoutingRule(Tenant));

        Assert.False((await Rules.UpdateAsync(Tenant, rule with { Version = 5 }, null, Cancellation)).Succeeded);
        Assert.False((await Rules.AddAsync(Tenant, rule, null, Cancellation)).Succeeded);
        Assert.True((await Rules.UpdateAsync(Tenant, rule, null, Cancellation)).Succeeded);
        Assert.True((await Rules.DeleteAsync(Tenant, rule.Id, null, null, Cancellation)).Succeeded);
        Assert.False((await Rules.DeleteAsync(Tenant, rule.Id, null, null, Cancellation)).Succeeded);

        Assert.Equal(3, await Revisions.GetAsync(Tenant, Cancellation));
        await AssertToldAsync(start, RegistryChangeKind.RoutingRule, rule.Id, 2, deleted: true);
    }

    [Fact]
    public async Task AnyMethod_CancelledToken_IsCancelledAndWritesNothing()
    {
        var rule = await AddAsync(Sample.RoutingRule(Tenant));

        await AssertCancelledAsync(async () => await Rules.AddAsync(Tenant, Sample.RoutingRule(Tenant), null, Cancelled));
        await AssertCancelledAsync(async () => await Rules.UpdateAsync(Tenant, rule with { IsActive = false }, null, Cancelled));
        await AssertCancelledAsync(async () => await Rules.DeleteAsync(Tenant, rule.Id, null, null, Cancelled));
        await AssertCancelledAsync(async () => await Rules.FindAsync(Tenant, rule.Id, Cancelled));
        await AssertCancelledAsync(async () => await Rules.ListAsync(Tenant, null, 1, Cancelled));
        await AssertCancelledAsync(async () => await Rules.ReadActiveAsync(Cancelled).GetAsyncEnumerator(Cancelled).MoveNextAsync());

        Assert.Equal(Describe.RoutingRule(rule), Describe.RoutingRule(Assert.Single(await Rules.ListAsync(Tenant, null, 10, Cancellation))));
    }

    [Fact]
    public async Task HundredOperations_AtOnce_AllSucceed()
    {
        await Task.WhenAll(Enumerable.Range(0, 34).Select(i => Task.Run(async () =>
        {
            var rule = await AddAsync(Sample.RoutingRule(Tenant));
            Assert.True((await Rules.UpdateAsync(Tenant, rule with { Priority = i }, null, Cancellation)).Succeeded);
            Assert.Equal(i, (await Rules.FindAsync(Tenant, rule.Id, Cancellation))!.Priority);
        })));

        Assert.Equal(34, (await Rules.ListAsync(Tenant, null, 100, Cancellation)).Count);
    }
}
