using McpRegistry.Analytics;
using McpRegistry.ApiKeys;
using McpRegistry.Discovery;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What <see cref="IUsageStore"/> promises.</summary>
public abstract class UsageStoreSuite(IStorageFixture storage) : StoreSuite(storage)
{
    private IUsageStore Usage => Get<IUsageStore>();

    [Fact]
    public async Task Add_ServerAndKey_ShowsInTheSearchAndWithTheKey()
    {
        var slow = await AddServerAsync(Sample.Server(Tenant, name: "a slow one"));
        var fast = await AddServerAsync(Sample.Server(Tenant, name: "b fast one"));
        var key = await AddKeyAsync(Sample.Key(Tenant));

        await Usage.AddAsync(
            [
                Delta(UsageSubject.Server, slow.Id) with { Calls = 2, Errors = 1, TotalMs = 900 },
                Delta(UsageSubject.Server, fast.Id) with { Calls = 2, Errors = 0, TotalMs = 10, LastUsed = Sample.Time(7) },
                Delta(UsageSubject.ApiKey, key.Id) with { Calls = 4, Errors = 1, LastUsed = Sample.Time(7), LastSuccess = Sample.Time(7), LastError = Sample.Time(6) },
            ],
            Cancellation);

        var found = (await Get<IServerSearch>().FindAsync(Tenant, new ServerQuery(), Cancellation)).Servers;
        Assert.Equal([fast.Id, slow.Id], found.Select(server => server.Stored.Server.Id));
        Assert.Equal((5d, 1d, 2L, 0L), (found[0].Statistics.AverageResponseTime, found[0].Statistics.SuccessRate, found[0].Statistics.RequestCount, found[0].Statistics.ErrorCount));
        Assert.Equal(Sample.Time(7), found[0].Statistics.LastUsedAt);
        Assert.Equal(
            new ApiKeyUsage { TotalRequests = 4, TotalErrors = 1, LastUsed = Sample.Time(7), LastSuccess = Sample.Time(7), LastError = Sample.Time(6) },
            (await Keys.FindAsync(Tenant, key.Id, Cancellation))!.Usage);
    }

    [Fact]
    public async Task Add_EachSubject_CountsAndAverages()
    {
        var server = await AddWithCatalogueAsync();
        var key = await AddKeyAsync(Sample.Key(Tenant));
        UsageDelta[] deltas =
        [
            Delta(UsageSubject.Server, server) with { ConnectionChange = 3 },
            Delta(UsageSubject.Tool, server, "work"),
            Delta(UsageSubject.Resource, server, "test://one"),
            Delta(UsageSubject.ResourceTemplate, server, "test://{id}"),
            Delta(UsageSubject.Prompt, server, "ask"),
            Delta(UsageSubject.ApiKey, key.Id) with { LastSuccess = Sample.Time(4), LastError = Sample.Time(5) },
        ];
        var more = deltas.Select(delta => delta with
        {
            Calls = 6,
            Errors = 0,
            TotalMs = 20,
            ConnectionChange = delta.Subject == UsageSubject.Server ? -1 : 0,
            LastUsed = Sample.Time(9).AddTicks(13),
            LastSuccess = delta.LastSuccess is null ? null : Sample.Time(9),
            LastError = null,
        }).ToArray();

        await Usage.AddAsync(deltas, Cancellation);
        await Usage.AddAsync(more, Cancellation);

        var used = Sample.Time(9).AddTicks(10);
        var item = new UsageTotals { Subject = UsageSubject.Tool, Calls = 10, Errors = 1, MeanMs = 6, LastUsed = used };
        Assert.Equal(
            new[]
            {
                item with { Subject = UsageSubject.Server, SuccessRate = 0.9, ActiveConnections = 2 },
                item with { ItemKey = "work" },
                item with { Subject = UsageSubject.Resource, ItemKey = "test://one" },
                item with { Subject = UsageSubject.ResourceTemplate, ItemKey = "test://{id}" },
                item with { Subject = UsageSubject.Prompt, ItemKey = "ask" },
            }.Select(Describe.Usage),
            (await ListAsync(server)).Select(Describe.Usage));
        Assert.Equal(
            Describe.Usage(item with { Subject = UsageSubject.ApiKey, MeanMs = null, LastSuccess = Sample.Time(9), LastError = Sample.Time(5) }),
            Describe.Usage(await Usage.FindKeyAsync(Tenant, key.Id, Cancellation)));
    }

    [Fact]
    public async Task List_UnusedServerAndKey_AreZero()
    {
        var server = await AddWithCatalogueAsync();
        var key = await AddKeyAsync(Sample.Key(Tenant));

        Assert.Equal(Describe.Usage(new UsageTotals { Subject = UsageSubject.Server }), Describe.Usage(Assert.Single(await ListAsync(server))));
        Assert.Equal(
            Describe.Usage(new UsageTotals { Subject = UsageSubject.ApiKey }), Describe.Usage(await Usage.FindKeyAsync(Tenant, key.Id, Cancellation)));
    }

    [Fact]
    public async Task Add_ServerWithManyCalls_LooksBackAThousand()
    {
        var server = await AddWithCatalogueAsync();
        await Usage.AddAsync([Delta(UsageSubject.Server, server) with { Calls = 5_000, Errors = 0, TotalMs = 50_000 }], Cancellation);

        await Usage.AddAsync([Delta(UsageSubject.Server, server) with { Calls = 1_000, Errors = 1_000, TotalMs = 30_000 }], Cancellation);

        var totals = Assert.Single(await ListAsync(server));
        Assert.Equal((6_000, 1_000, 20.0, 0.5), (totals.Calls, totals.Errors, totals.MeanMs, totals.SuccessRate));
    }

    [Fact]
    public async Task Add_OlderTimesAndNoCalls_TakeNothingBack()
    {
        var server = await AddWithCatalogueAsync();
        await Usage.AddAsync([Delta(UsageSubject.Server, server) with { ConnectionChange = 1 }], Cancellation);

        await Usage.AddAsync(
            [
                Delta(UsageSubject.Server, server) with { Calls = 0, Errors = 0, TotalMs = 0, LastUsed = null, ConnectionChange = -5 },
                Delta(UsageSubject.Server, server) with { Calls = 0, Errors = 0, TotalMs = 0, LastUsed = Sample.Time(-50) },
            ],
            Cancellation);

        var totals = Assert.Single(await ListAsync(server));
        Assert.Equal((4, 10.0, 0.75, 0, Sample.Time(3)), (totals.Calls, totals.MeanMs, totals.SuccessRate, totals.ActiveConnections, totals.LastUsed));
    }

    [Fact]
    public async Task Add_OlderTimesOfAKey_TakeNothingBack()
    {
        var key = await AddKeyAsync(Sample.Key(Tenant));
        var delta = Delta(UsageSubject.ApiKey, key.Id) with { LastSuccess = Sample.Time(4), LastError = Sample.Time(5) };
        await Usage.AddAsync([delta], Cancellation);

        await Usage.AddAsync(
            [delta with { LastUsed = Sample.Time(-50), LastSuccess = Sample.Time(-50), LastError = Sample.Time(-50) }], Cancellation);

        var totals = (await Usage.FindKeyAsync(Tenant, key.Id, Cancellation))!;
        Assert.Equal((8, Sample.Time(3), Sample.Time(4), Sample.Time(5)), (totals.Calls, totals.LastUsed, totals.LastSuccess, totals.LastError));
    }

    [Fact]
    public async Task Add_WhatIsGoneOrForeign_IsSkippedAndTheRestCounts()
    {
        var server = await AddWithCatalogueAsync();
        var key = await AddKeyAsync(Sample.Key(OtherTenant));

        await Usage.AddAsync(
            [
                Delta(UsageSubject.Server, Guid.CreateVersion7()),
                Delta(UsageSubject.Tool, Guid.CreateVersion7(), "work"),
                Delta(UsageSubject.Tool, server, "Work"),
                Delta(UsageSubject.Prompt, server, "work"),
                Delta(UsageSubject.ApiKey, key.Id),
                Delta(UsageSubject.Server, server) with { Tenant = OtherTenant },
                Delta(UsageSubject.Tool, server, "work") with { Tenant = OtherTenant },
                Delta(UsageSubject.Tool, server, "work"),
            ],
            Cancellation);

        Assert.Equal([0, 4], (await ListAsync(server)).Select(totals => totals.Calls));
        Assert.Equal(0, (await Usage.FindKeyAsync(OtherTenant, key.Id, Cancellation))!.Calls);
    }

    [Fact]
    public async Task Read_OtherTenantOrGone_FindsNothing()
    {
        var server = await AddWithCatalogueAsync();
        var key = await AddKeyAsync(Sample.Key(Tenant));
        await Usage.AddAsync([Delta(UsageSubject.Tool, server, "work"), Delta(UsageSubject.ApiKey, key.Id)], Cancellation);

        Assert.Empty(await Usage.ListServerAsync(OtherTenant, server, Cancellation));
        Assert.Null(await Usage.FindKeyAsync(OtherTenant, key.Id, Cancellation));
        Assert.True((await Servers.DeleteAsync(Tenant, server, null, null, Cancellation)).Succeeded);
        Assert.Empty(await ListAsync(server));
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public async Task Add_HostileItemKey_Counts(string text)
    {
        var server = (await AddServerAsync(Sample.Server(Tenant))).Id;
        await SaveAsync(server, Sample.Tool(text, 0), Sample.Tool(text + "2", 1));

        await Usage.AddAsync([Delta(UsageSubject.Tool, server, text)], Cancellation);

        Assert.Equal([null, text], (await ListAsync(server)).Select(totals => totals.ItemKey));
    }

    [Fact]
    public async Task Add_Discovery_KeepsTheCountersOfWhatStays()
    {
        var server = await AddWithCatalogueAsync();
        await Usage.AddAsync([Delta(UsageSubject.Tool, server, "work")], Cancellation);

        await SaveAsync(server, Sample.Tool("work", 5, """{"changed":true}"""), Sample.Tool("new", 6));

        Assert.Equal(4, Assert.Single(await ListAsync(server), totals => totals.Subject == UsageSubject.Tool).Calls);
    }

    [Fact]
    public async Task Add_ServerIsChangedAfter_KeepsItsCountersAndVersion()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        await Usage.AddAsync([Delta(UsageSubject.Server, server.Id)], Cancellation);

        var updated = await Servers.UpdateAsync(Tenant, server with { Description = "changed" }, null, Cancellation);

        Assert.True(updated.Succeeded);
        Assert.Equal(4, Assert.Single(await ListAsync(server.Id)).Calls);
    }

    [Fact]
    public async Task AnyMethod_CancelledToken_IsCancelledAndWritesNothing()
    {
        var server = await AddWithCatalogueAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Usage.AddAsync([Delta(UsageSubject.Server, server)], Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Usage.ListServerAsync(Tenant, server, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Usage.FindKeyAsync(Tenant, server, Cancelled));

        Assert.Equal(0, Assert.Single(await ListAsync(server)).Calls);
    }

    [Fact]
    public async Task HundredBatches_AtOnce_AddUpAndRaiseNoRevision()
    {
        var server = await AddWithCatalogueAsync();
        var key = await AddKeyAsync(Sample.Key(Tenant));
        var before = await Revisions.GetAsync(Tenant, Cancellation);
        UsageDelta[] deltas =
        [
            Delta(UsageSubject.Server, server) with { ConnectionChange = 1 },
            Delta(UsageSubject.Tool, server, "work"),
            Delta(UsageSubject.Prompt, server, "ask"),
            Delta(UsageSubject.ApiKey, key.Id),
        ];

        await Usage.AddAsync([], Cancellation);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(async () =>
            await Usage.AddAsync(i % 2 == 0 ? deltas : [.. deltas.Reverse()], Cancellation))));

        var totals = await ListAsync(server);
        Assert.Equal([400, 400, 400], totals.Select(row => row.Calls));
        Assert.Equal([100, 100, 100], totals.Select(row => row.Errors));
        Assert.All(totals, row => Assert.Equal(10.0, row.MeanMs!.Value, 1e-9));
        Assert.Equal(100, totals[0].ActiveConnections);
        Assert.Equal(400, (await Usage.FindKeyAsync(Tenant, key.Id, Cancellation))!.Calls);
        Assert.Equal(before, await Revisions.GetAsync(Tenant, Cancellation));
    }

    private UsageDelta Delta(UsageSubject subject, Guid id, string? itemKey = null) => new()
    {
        Subject = subject,
        Tenant = Tenant,
        Id = id,
        ItemKey = itemKey,
        Calls = 4,
        Errors = 1,
        TotalMs = 40,
        LastUsed = Sample.Time(3),
    };

    private ValueTask<IReadOnlyList<UsageTotals>> ListAsync(Guid server) => Usage.ListServerAsync(Tenant, server, Cancellation);

    private async Task<Guid> AddWithCatalogueAsync()
    {
        var server = (await AddServerAsync(Sample.Server(Tenant))).Id;
        await SaveAsync(
            server,
            Sample.Tool("work", 0),
            Sample.Item(CatalogueItemKind.Resource, "test://one", 1),
            Sample.Item(CatalogueItemKind.ResourceTemplate, "test://{id}", 2),
            Sample.Item(CatalogueItemKind.Prompt, "ask", 3));
        return server;
    }

    private async Task SaveAsync(Guid server, params CatalogueItem[] items)
    {
        var saved = await Servers.SaveDiscoveryAsync(Tenant, server, Sample.Report(items), Cancellation);
        Assert.True(saved.Succeeded);
    }
}
