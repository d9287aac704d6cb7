using McpRegistry.AccessControl;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <content>Lists, accesses, many callers at once.</content>
public abstract partial class AccessRuleStoreSuite
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(20)]
    public async Task List_Pages_NoGapAndNoRepeat(int limit)
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var key = await AddKeyAsync(Sample.Key(Tenant));
        var subject = AccessSubject.ForApiKey(key.Id);
        var ids = new List<Guid>();
        for (var i = 0; i < 10; i++)
        {
            ids.Add((await AddAsync(Sample.AccessRule(Tenant, server.Id, subject) with { Id = Sample.RandomId() })).Id);
        }

        await AddAsync(Sample.AccessRule(OtherTenant, server.Id));
        var ofTenant = await AddAsync(Sample.AccessRule(Tenant, server.Id, AccessSubject.ForTenant(new(key.Id))));
        var elsewhere = await AddServerAsync(Sample.Server(Tenant));
        await AddAsync(Sample.AccessRule(Tenant, elsewhere.Id));

        var bySubject = await PageAsync(limit, after => Rules.ListBySubjectAsync(Tenant, subject, after, limit, Cancellation));
        var byServer = await PageAsync(limit, after => Rules.ListByServerAsync(Tenant, server.Id, after, limit, Cancellation));

        Assert.Equal(ids.Order(), bySubject);
        Assert.Equal(ids.Append(ofTenant.Id).Order(), byServer);
    }

    [Fact]
    public async Task List_RowsChangeBetweenPages_NeverSkipsOrRepeatsTheOthers()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var rules = new List<AccessRule>();
        for (var i = 0; i < 4; i++)
        {
            rules.Add(await AddAsync(Sample.AccessRule(Tenant, server.Id)));
        }

        rules.Sort((left, right) => left.Id.CompareTo(right.Id));
        var first = await Rules.ListByServerAsync(Tenant, server.Id, null, 2, Cancellation);
        await Rules.DeleteAsync(Tenant, first[1].Id, null, null, Cancellation);
        Assert.True((await Rules.UpdateAsync(Tenant, rules[2] with { IsActive = false }, null, Cancellation)).Succeeded);
        var second = await Rules.ListByServerAsync(Tenant, server.Id, first[1].Id, 2, Cancellation);

        Assert.Equal([rules[2].Id, rules[3].Id], second.Select(rule => rule.Id));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task List_LimitOutOfRange_Throws(int limit)
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Rules.ListByServerAsync(Tenant, Guid.Empty, null, limit, Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await Rules.ListBySubjectAsync(Tenant, AccessSubject.ForUser(Guid.Empty), null, limit, Cancellation));
    }

    [Fact]
    public async Task ReadAll_RulesOfSeveralTenants_ReturnsEachOnce()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var own = await AddAsync(Sample.AccessRule(Tenant, server.Id));
        var off = await AddAsync(Sample.AccessRule(OtherTenant, server.Id) with { IsActive = false });

        var read = new List<AccessRule>();
        await foreach (var rule in Rules.ReadAllAsync(Cancellation))
        {
            read.Add(rule);
        }

        Assert.Equal(Describe.AccessRule(own), Describe.AccessRule(Assert.Single(read, rule => rule.Id == own.Id)));
        Assert.Equal(Describe.AccessRule(off), Describe.AccessRule(Assert.Single(read, rule => rule.Id == off.Id)));
    }

    [Fact]
    public async Task RecordAccess_Uses_AddUpAndTimesNeverGoBack()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var rule = await AddAsync(Sample.AccessRule(Tenant, server.Id));
        var untouched = await AddAsync(Sample.AccessRule(Tenant, server.Id));
        var before = await Revisions.GetAsync(Tenant, Cancellation);
        var at = rule.CreatedAt;

        await Rules.RecordAccessAsync(Tenant, [], Cancellation);
        await Rules.RecordAccessAsync(Tenant, [new(rule.Id, 2, at.AddSeconds(2).AddTicks(3)), new(Guid.CreateVersion7(), 5, at)], Cancellation);
        await Rules.RecordAccessAsync(Tenant, [new(rule.Id, 3, at.AddSeconds(1)), new(rule.Id, 4, at)], Cancellation);
        await Rules.RecordAccessAsync(OtherTenant, [new(rule.Id, 100, at.AddDays(1))], Cancellation);

        Assert.Equal(
            Describe.AccessRule(rule with { AccessCount = 9, LastAccess = at.AddSeconds(2) }),
            Describe.AccessRule(await Rules.FindAsync(Tenant, rule.Id, Cancellation)));
        Assert.Equal(Describe.AccessRule(untouched), Describe.AccessRule(await Rules.FindAsync(Tenant, untouched.Id, Cancellation)));
        Assert.Equal(before, await Revisions.GetAsync(Tenant, Cancellation));
    }

    [Fact]
    public async Task RecordAccess_FiftyAtOnce_LosesNone()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var one = await AddAsync(Sample.AccessRule(Tenant, server.Id));
        var two = await AddAsync(Sample.AccessRule(Tenant, server.Id));

        await Task.WhenAll(Enumerable.Range(0, Racers).Select(i => Task.Run(async () =>
        {
            AccessRuleUse[] uses = [new(one.Id, 1, one.CreatedAt.AddSeconds(i)), new(two.Id, 2, two.CreatedAt.AddSeconds(i))];
            await Rules.RecordAccessAsync(Tenant, i % 2 == 0 ? uses : [.. uses.Reverse()], Cancellation);
        })));

        var found = await Rules.FindAsync(Tenant, one.Id, Cancellation);
        Assert.Equal((Racers, one.CreatedAt.AddSeconds(Racers - 1)), (found!.AccessCount, found.LastAccess));
        Assert.Equal(2 * Racers, (await Rules.FindAsync(Tenant, two.Id, Cancellation))!.AccessCount);
    }

    [Fact]
    public async Task Add_SameIdConcurrently_ExactlyOneWins()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var rule = Sample.AccessRule(Tenant, server.Id);

        var results = await Task.WhenAll(Enumerable.Range(0, Racers).Select(_ => Task.Run(
            async () => await Rules.AddAsync(Tenant, rule, null, Cancellation))));

        Assert.Single(results, result => result.Succeeded);
        Assert.Equal(Racers - 1, results.Count(result => result is { Outcome: StoreOutcome.Conflict, ConflictField: "id" }));
    }

    [Fact]
    public async Task Update_SameVersionConcurrently_ExactlyOneWins()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var rule = await AddAsync(Sample.AccessRule(Tenant, server.Id));

        var results = await Task.WhenAll(Enumerable.Range(0, Racers).Select(i => Task.Run(
            async () => await Rules.UpdateAsync(Tenant, rule with { TimeZone = $"zone {i}" }, null, Cancellation))));

        Assert.Single(results, result => result.Succeeded);
        Assert.Equal(Racers - 1, results.Count(result => result.Outcome == StoreOutcome.Stale));
    }

    [Fact]
    public async Task Add_WhileTheServerIsDeleted_LeavesNoRuleBehind()
    {
        for (var round = 0; round < 5; round++)
        {
            var server = await AddServerAsync(Sample.Server(Tenant));
            var adds = Enumerable.Range(0, 10).Select(_ => Task.Run(
                async () => await Rules.AddAsync(Tenant, Sample.AccessRule(Tenant, server.Id), null, Cancellation))).ToArray();
            var delete = Task.Run(async () => await Servers.DeleteAsync(Tenant, server.Id, null, null, Cancellation));

            var results = await Task.WhenAll(adds);
            Assert.True((await delete).Succeeded);

            Assert.All(results, result => Assert.True(result.Succeeded || result is { Outcome: StoreOutcome.Conflict, ConflictField: "serverId" }));
            Assert.Empty(await Rules.ListByServerAsync(Tenant, server.Id, null, 100, Cancellation));
        }
    }

    [Fact]
    public async Task EveryWrite_OfARule_RaisesTheRevisionAndIsTold()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var start = await Revisions.GetAsync(Cancellation);
        var tenant = await Revisions.GetAsync(Tenant, Cancellation);
        var rule = await AddAsync(Sample.AccessRule(Tenant, server.Id));

        Assert.False((await Rules.UpdateAsync(Tenant, rule with { Version = 5 }, null, Cancellation)).Succeeded);
        Assert.False((await Rules.AddAsync(Tenant, rule, null, Cancellation)).Succeeded);
        Assert.True((await Rules.UpdateAsync(Tenant, rule, null, Cancellation)).Succeeded);
        Assert.True((await Rules.DeleteAsync(Tenant, rule.Id, null, null, Cancellation)).Succeeded);
        Assert.False((await Rules.DeleteAsync(Tenant, rule.Id, null, null, Cancellation)).Succeeded);

        Assert.Equal(tenant + 3, await Revisions.GetAsync(Tenant, Cancellation));
        await AssertToldAsync(start, RegistryChangeKind.AccessControl, rule.Id, 2, deleted: true);
    }

    [Fact]
    public async Task AnyMethod_CancelledToken_IsCancelledAndWritesNothing()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var rule = await AddAsync(Sample.AccessRule(Tenant, server.Id));

        await AssertCancelledAsync(async () => await Rules.AddAsync(Tenant, Sample.AccessRule(Tenant, server.Id), null, Cancelled));
        await AssertCancelledAsync(async () => await Rules.UpdateAsync(Tenant, rule with { IsActive = false }, null, Cancelled));
        await AssertCancelledAsync(async () => await Rules.DeleteAsync(Tenant, rule.Id, null, null, Cancelled));
        await AssertCancelledAsync(async () => await Rules.FindAsync(Tenant, rule.Id, Cancelled));
        await AssertCancelledAsync(async () => await Rules.ListByServerAsync(Tenant, server.Id, null, 1, Cancelled));
        await AssertCancelledAsync(async () => await Rules.ListBySubjectAsync(Tenant, rule.Subject, null, 1, Cancelled));
        await AssertCancelledAsync(async () => await Rules.ReadAllAsync(Cancelled).GetAsyncEnumerator(Cancelled).MoveNextAsync());
        await AssertCancelledAsync(async () => await Rules.RecordAccessAsync(Tenant, [new(rule.Id, 1, rule.CreatedAt)], Cancelled));

        Assert.Equal(Describe.AccessRule(rule), Describe.AccessRule(Assert.Single(await Rules.ListByServerAsync(Tenant, server.Id, null, 10, Cancellation))));
    }

    [Fact]
    public async Task HundredOperations_AtOnce_AllSucceed()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => Task.Run(async () =>
        {
            var rule = await AddAsync(Sample.AccessRule(Tenant, server.Id));
            Assert.True((await Rules.UpdateAsync(Tenant, rule with { IsActive = false }, null, Cancellation)).Succeeded);
            await Rules.RecordAccessAsync(Tenant, [new(rule.Id, 1, rule.CreatedAt)], Cancellation);
            Assert.Equal((2L, 1L), (await Rules.FindAsync(Tenant, rule.Id, Cancellation)) is { } found ? (found.Version, found.AccessCount) : default);
        })));

        Assert.Equal(25, (await Rules.ListByServerAsync(Tenant, server.Id, null, 100, Cancellation)).Count);
    }

    private static async Task<List<Guid>> PageAsync(int limit, Func<Guid?, ValueTask<IReadOnlyList<AccessRule>>> list)
    {
        var seen = new List<Guid>();
        for (Guid? after = null; ; after = seen[^1])
        {
            var page = await list(after);
            Assert.True(page.Count <= limit);
            seen.AddRange(page.Select(rule => rule.Id));
            if (page.Count < limit)
            {
                return seen;
            }
        }
    }
}
