using McpRegistry.Discovery;
using McpRegistry.Servers;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <content>Pages that follow one another, also while servers come, go and move.</content>
public abstract partial class DiscoverySuite
{
    [Theory]
    [InlineData(1, ServerSort.Discovery, false)]
    [InlineData(3, ServerSort.Discovery, false)]
    [InlineData(100, ServerSort.Discovery, false)]
    [InlineData(3, ServerSort.Discovery, true)]
    [InlineData(3, ServerSort.Name, false)]
    [InlineData(3, ServerSort.Name, true)]
    [InlineData(3, ServerSort.Created, true)]
    [InlineData(3, ServerSort.Updated, false)]
    [InlineData(3, ServerSort.LastUsed, false)]
    [InlineData(3, ServerSort.LastUsed, true)]
    [InlineData(3, ServerSort.RequestCount, true)]
    public async Task Find_PageByPage_ReturnsEachServerOnceInOrder(int limit, ServerSort sort, bool descending)
    {
        var time = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (var i = 0; i < 25; i++)
        {
            var statistics = new ServerStatistics
            {
                AverageResponseTime = i % 3, RequestCount = i % 4, LastUsedAt = i % 3 == 0 ? null : time.AddDays(i % 4),
            };
            var server = Sample.Server(Tenant, $"{(i % 2 == 0 ? "n" : "N")}{i % 7} {i}") with { CreatedAt = time.AddDays(i % 3), UpdatedAt = time.AddDays(i % 4) };
            await AddAsync(server, Healthy((ServerHealth)(i % 5)) with { Items = [Sample.Tool("t", 0)] }, statistics);
        }

        var query = new ServerQuery { Sort = sort, Descending = descending, Limit = limit };
        foreach (var form in new[] { query, query with { Tools = ["t"] }, query with { Health = [ServerHealth.Healthy, ServerHealth.Unknown, ServerHealth.Unhealthy] } })
        {
            var whole = await FindAsync(form with { Limit = 1000 });
            var seen = new List<string>();
            for (var next = form; ;)
            {
                var page = await Search.FindAsync(Tenant, next, Cancellation);
                Assert.True(page.Servers.Length <= limit);
                seen.AddRange(Names(page));
                if (page.Next is null)
                {
                    break;
                }

                Assert.Equal(limit, page.Servers.Length);
                next = next with { After = page.Next };
            }

            Assert.Equal(form.Health.IsEmpty ? 25 : 15, whole.Length);
            Assert.Equal(whole, seen);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public async Task Find_RowsChangeBetweenPages_NeitherSkipsNorRepeatsTheOthers(int limit)
    {
        var stay = new List<string>();
        for (var i = 0; i < 30; i++)
        {
            stay.Add($"stay {i:d2}");
            await AddAsync(Sample.Server(Tenant, stay[^1]), Healthy(ServerHealth.Healthy), Took(10 * (i / 3)));
        }

        var seen = new List<string>();
        var query = new ServerQuery { Limit = limit };
        for (var pages = 0; ; pages++)
        {
            var page = await Search.FindAsync(Tenant, query, Cancellation);
            seen.AddRange(Names(page));
            if (page.Next is null)
            {
                break;
            }

            // One comes before the next page and one after; the one at which the page ended moves away or goes.
            await AddAsync(Sample.Server(Tenant, $"before {pages}"), Healthy(ServerHealth.Healthy), Took(-1));
            await AddAsync(Sample.Server(Tenant, $"later {pages}"), Healthy(ServerHealth.Unhealthy), Took(1));
            var last = page.Servers[^1].Stored.Server;
            if (pages % 2 == 0)
            {
                await Servers.DeleteAsync(Tenant, last.Id, null, null, Cancellation);
            }
            else
            {
                await MeasureAsync(_storage.Services, last, Took(-5));
            }

            query = query with { After = page.Next };
            if (pages > 100)
            {
                break;
            }
        }

        Assert.Equal(stay, seen.Where(name => name.StartsWith("stay", StringComparison.Ordinal)));
        Assert.Equal(seen.Count, seen.Distinct(StringComparer.Ordinal).Count());
        Assert.DoesNotContain(seen, name => name.StartsWith("before", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Find_Total_CountsAllPages()
    {
        for (var i = 0; i < 5; i++)
        {
            await AddAsync($"s{i}", Sample.Tool("t", 0), Sample.Tool($"odd{i % 2}", 1));
        }

        var first = await Search.FindAsync(Tenant, new ServerQuery { Tools = ["t"], Limit = 2, IncludeTotal = true }, Cancellation);
        var second = await Search.FindAsync(Tenant, new ServerQuery { Tools = ["t"], Limit = 2, IncludeTotal = true, After = first.Next }, Cancellation);
        var odd = await Search.FindAsync(Tenant, new ServerQuery { Tools = ["t", "odd1"], Limit = 1, IncludeTotal = true }, Cancellation);
        var none = await Search.FindAsync(Tenant, new ServerQuery { Tools = ["u"], IncludeTotal = true, IncludeMatches = true }, Cancellation);

        Assert.Equal([5, 5, 2, 0], new[] { first, second, odd, none }.Select(page => page.Total!.Value));
        Assert.Null((await Search.FindAsync(Tenant, new ServerQuery(), Cancellation)).Total);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1001)]
    public async Task Find_LimitOutOfRange_Throws(int limit) => await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
        async () => await Search.FindAsync(Tenant, new ServerQuery { Limit = limit }, Cancellation));

    [Fact]
    public async Task Find_PositionOfAnotherOrder_Throws() => await Assert.ThrowsAsync<ArgumentException>(
        async () => await Search.FindAsync(
            Tenant, new ServerQuery { After = new ServerPosition { Sort = ServerSort.Name, Name = "a", Id = Guid.Empty } }, Cancellation));

    [Fact]
    public async Task Find_CancelledToken_IsCancelled() => await Assert.ThrowsAnyAsync<OperationCanceledException>(
        async () => await Search.FindAsync(Tenant, new ServerQuery { Tools = ["a"] }, Cancelled));

    [Fact]
    public async Task Find_LeavesTheRevisionAlone()
    {
        await AddAsync("s", Sample.Tool("t", 0));
        var revision = await Revisions.GetAsync(Tenant, Cancellation);

        await FindAsync(new ServerQuery { Tools = ["t"], IncludeMatches = true, IncludeTotal = true });

        Assert.Equal(revision, await Revisions.GetAsync(Tenant, Cancellation));
    }

    [Fact]
    public async Task Find_HundredAtOnceBesideWrites_AllSucceed()
    {
        await AddAsync("first", Sample.Tool("t", 0));

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(async () =>
        {
            if (i % 4 == 0)
            {
                await AddAsync($"s{i}", Sample.Tool("t", 0), Sample.Tool($"t{i}", 1));
                Assert.Equal([$"s{i}"], await FindAsync(new ServerQuery { Tools = ["t", $"t{i}"] }));
            }
            else
            {
                Assert.Contains("first", await FindAsync(new ServerQuery { Tools = ["t"], IncludeMatches = i % 2 == 0 }));
            }
        })));

        Assert.Equal(26, (await FindAsync(new ServerQuery { Tools = ["t"] })).Length);
    }
}
