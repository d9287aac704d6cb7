using McpRegistry.Discovery;
using McpRegistry.Servers;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <content>The order, and what comes with each server.</content>
public abstract partial class DiscoverySuite
{
    [Fact]
    public async Task Find_Discovery_OrdersByHealthThenTimeThenName()
    {
        await AddAsync(Sample.Server(Tenant, "9 unhealthy"), Healthy(ServerHealth.Unhealthy), Took(1));
        await AddAsync(Sample.Server(Tenant, "8 maintenance"), Healthy(ServerHealth.Maintenance), Took(1));
        await AddAsync(Sample.Server(Tenant, "7 unknown"), Healthy(ServerHealth.Unknown), Took(2));
        await AddAsync(Sample.Server(Tenant, "6 unknown, new"), report: null, Took(1));
        await AddAsync(Sample.Server(Tenant, "5 degraded, unmeasured"), Healthy(ServerHealth.Degraded));
        await AddAsync(Sample.Server(Tenant, "4 degraded"), Healthy(ServerHealth.Degraded), Took(1e12));
        await AddAsync(Sample.Server(Tenant, "3 b"), Healthy(ServerHealth.Healthy), Took(0.5));
        await AddAsync(Sample.Server(Tenant, "3 A"), Healthy(ServerHealth.Healthy), Took(0.5));
        await AddAsync(Sample.Server(Tenant, "2 a"), Healthy(ServerHealth.Healthy), Took(0));
        await AddAsync(Sample.Server(Tenant, "1 unmeasured"), Healthy(ServerHealth.Healthy));

        Assert.Equal(
            [
                "2 a", "3 A", "3 b", "1 unmeasured", "4 degraded", "5 degraded, unmeasured", "6 unknown, new", "7 unknown", "8 maintenance", "9 unhealthy",
            ],
            await FindAsync(new ServerQuery()));
    }

    [Fact]
    public async Task Find_Names_AreOrderedByFoldedCodePointAndThenById()
    {
        string[] names = ["a", "B", "b-", "c_", "é", "\uFF5E", "😀", "\uE005", "\0", "\uD83D", "z z", "_"];
        foreach (var name in names)
        {
            await AddAsync(name);
        }

        Assert.Equal(
            ["a", "B", "b-", "c_", "z z", "_", "é", "\0", "\uD83D", "\uE005", "\uFF5E", "😀"], await FindAsync(new ServerQuery { Sort = ServerSort.Name }));
        Assert.Equal(
            ["😀", "\uFF5E", "\uE005", "\uD83D", "\0", "é", "_", "z z", "c_", "b-", "B", "a"],
            await FindAsync(new ServerQuery { Sort = ServerSort.Name, Descending = true }));
    }

    [Fact]
    public async Task Find_EqualNamesOfTwoTenants_AreOrderedById()
    {
        await using var empty = await OpenEmptyAsync();
        var tenants = new[] { Tenant, Tenancy.TenantId.Global, OtherTenant };
        string[] ids = ["80000000-0000-7fff-8000-000000000001", "7fffffff-ffff-7000-8000-000000000002", "80000000-0000-8000-8000-000000000000"];
        var servers = tenants
            .Zip(ids, (tenant, id) => Sample.Server(tenant, "same") with { Visibility = ServerVisibility.Public, Id = Guid.Parse(id) })
            .ToArray();
        foreach (var server in servers)
        {
            await AddAsync(empty.Services, server);
        }

        var search = (IServerSearch)empty.Services.GetService(typeof(IServerSearch))!;
        foreach (var sort in Enum.GetValues<ServerSort>().Except([ServerSort.Created, ServerSort.Updated]))
        {
            var page = await search.FindAsync(Tenant, new ServerQuery { Sort = sort }, Cancellation);
            Assert.Equal(
                ids.Order(StringComparer.Ordinal), page.Servers.Select(found => found.Stored.Server.Id.ToString()));
        }
    }

    [Theory]
    [InlineData(ServerSort.Created, "c a b")]
    [InlineData(ServerSort.Updated, "b c a")]
    [InlineData(ServerSort.LastUsed, "b a c")]
    [InlineData(ServerSort.RequestCount, "c b a")]
    public async Task Find_ListSorts_OrderByTheirValueInBothDirections(ServerSort sort, string expected)
    {
        var time = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await AddAsync(
            Sample.Server(Tenant, "a") with { CreatedAt = time.AddDays(2), UpdatedAt = time.AddDays(9) },
            statistics: new ServerStatistics { RequestCount = 10_000_000_000, LastUsedAt = time });
        await AddAsync(
            Sample.Server(Tenant, "b") with { CreatedAt = time.AddDays(3), UpdatedAt = time.AddDays(7) },
            statistics: new ServerStatistics { RequestCount = 2 });
        await AddAsync(
            Sample.Server(Tenant, "c") with { CreatedAt = time.AddDays(1), UpdatedAt = time.AddDays(8) },
            statistics: new ServerStatistics { RequestCount = 1, LastUsedAt = time.AddTicks(10) });

        Assert.Equal(expected.Split(' '), await FindAsync(new ServerQuery { Sort = sort }));
        Assert.Equal(expected.Split(' ').Reverse(), await FindAsync(new ServerQuery { Sort = sort, Descending = true }));
    }

    [Fact]
    public async Task Find_Server_ComesWholeButWithoutItems()
    {
        var statistics = new ServerStatistics
        {
            AverageResponseTime = 12.5, SuccessRate = 0.75, ActiveConnections = 3, RequestCount = 40, ErrorCount = 10,
            LastUsedAt = new DateTimeOffset(2026, 7, 28, 1, 2, 3, TimeSpan.Zero),
        };
        var full = Sample.FullServer(Tenant) with { Visibility = ServerVisibility.Tenant };
        var server = await AddAsync(full, Sample.Report(Sample.Tool("a", 0)) with { Instructions = "how" }, statistics);

        var found = Assert.Single((await Search.FindAsync(Tenant, new ServerQuery { IncludeDisabled = true }, Cancellation)).Servers);

        Assert.Equal(Describe.Server(server), Describe.Server(found.Stored.Server));
        var stored = await Servers.FindAsync(Tenant, server.Id, Cancellation);
        Assert.Equal(Describe.Report(stored!.Discovery! with { Items = [] }), Describe.Report(found.Stored.Discovery));
        Assert.Equal(ServerHealth.Healthy, found.Health);
        Assert.Equal(statistics, found.Statistics);
        Assert.Empty(found.Matches);
    }

    [Fact]
    public async Task Find_NewServer_HasNoReportAndNothingMeasured()
    {
        await AddAsync(Sample.Server(Tenant, "new"));

        var found = Assert.Single((await Search.FindAsync(Tenant, new ServerQuery { IncludeMatches = true }, Cancellation)).Servers);

        Assert.Null(found.Stored.Discovery);
        Assert.Equal((ServerHealth.Unknown, ServerStatistics.None), (found.Health, found.Statistics));
    }

    [Fact]
    public async Task Find_IncludeMatches_ReturnsTheNamedItemsOnly()
    {
        await AddAsync(
            "one", Sample.Prompt("p", 3), Sample.Tool("b", 2), Sample.Tool("a", 1), Sample.Tool("c", 0), Sample.Resource("file:1"), Sample.Resource("web:1", 1), Sample.Template("file:{x}"));
        await AddAsync("two", Sample.Tool("a", 0, "{\"name\":\"a\"}"), Sample.Tool("b", 1), Sample.Prompt("p"), Sample.Resource("file:2"));

        var page = await Search.FindAsync(
            Tenant, new ServerQuery { Tools = ["b", "a", "a"], Prompts = ["p"], Resources = ["file", "ile:1"], IncludeMatches = true }, Cancellation);

        Assert.Equal(["one", "two"], Names(page));
        Assert.Equal(["a", "b", "file:1", "file:{x}", "p"], page.Servers[0].Matches.Select(item => item.Key));
        Assert.Equal(["a", "b", "file:2", "p"], page.Servers[1].Matches.Select(item => item.Key));
        Assert.Equal(Describe.Item(Sample.Tool("a", 0, "{\"name\":\"a\"}")), Describe.Item(page.Servers[1].Matches[0]));
    }

    private static ServerStatistics Took(double milliseconds) => new() { AverageResponseTime = milliseconds, RequestCount = 1 };
}
