using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <content>Lists and pages.</content>
public abstract partial class ServerStoreSuite
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public async Task List_Pages_NoGapAndNoRepeat(int limit)
    {
        string[] aliases = ["b", "a-1", "a1", "a", "0", "z9", "a-", "ab", "10", "9", "z-z"];
        foreach (var alias in aliases)
        {
            await AddServerAsync(Sample.Server(Tenant, alias: alias));
        }

        var seen = new List<string>();
        string? after = null;
        while (true)
        {
            var page = await Servers.ListAsync(Tenant, after, limit, Cancellation);
            Assert.True(page.Count <= limit);
            seen.AddRange(page.Select(stored => stored.Server.Alias));
            if (page.Count < limit)
            {
                break;
            }

            after = seen[^1];
        }

        Assert.Equal(aliases.Order(StringComparer.Ordinal), seen);
    }

    [Fact]
    public async Task List_RowsChangeBetweenPages_NeverSkipsOrRepeatsTheOthers()
    {
        foreach (var alias in new[] { "b", "d", "f", "h" })
        {
            await AddServerAsync(Sample.Server(Tenant, alias: alias));
        }

        var first = await Servers.ListAsync(Tenant, null, 2, Cancellation);
        await AddServerAsync(Sample.Server(Tenant, alias: "a"));
        await AddServerAsync(Sample.Server(Tenant, alias: "e"));
        await Servers.DeleteAsync(Tenant, first[1].Server.Id, null, null, Cancellation);
        var second = await Servers.ListAsync(Tenant, first[1].Server.Alias, 10, Cancellation);

        Assert.Equal(["b", "d"], first.Select(stored => stored.Server.Alias));
        Assert.Equal(["e", "f", "h"], second.Select(stored => stored.Server.Alias));
    }

    [Fact]
    public async Task List_DiscoveredServer_HasReportButNoItems()
    {
        var server = await AddServerAsync(Sample.FullServer(Tenant));
        await Servers.SaveDiscoveryAsync(Tenant, server.Id, Sample.Report(Sample.Tool("a", 0)), Cancellation);

        var listed = Assert.Single(await Servers.ListAsync(Tenant, null, 10, Cancellation));

        Assert.Equal(Describe.Server(server), Describe.Server(listed.Server));
        Assert.NotNull(listed.Discovery);
        Assert.Empty(listed.Discovery.Items);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1001)]
    public async Task List_LimitOutOfRange_Throws(int limit) => await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
        async () => await Servers.ListAsync(Tenant, null, limit, Cancellation));

    [Fact]
    public async Task ReadAll_MoreServersThanOneBatch_ReturnsEachOnce()
    {
        await using var empty = await OpenEmptyAsync();
        var store = (Servers.IServerStore)empty.Services.GetService(typeof(Servers.IServerStore))!;
        var ids = new HashSet<Guid>();
        for (var i = 0; i < 450; i++)
        {
            var server = Sample.Server(i % 3 == 0 ? Tenant : OtherTenant);
            Assert.True((await store.AddAsync(server.Tenant, server, null, Cancellation)).Succeeded);
            ids.Add(server.Id);
        }

        var read = new List<Guid>();
        await foreach (var stored in store.ReadAllAsync(Cancellation))
        {
            Assert.Single(stored.Server.Endpoints);
            read.Add(stored.Server.Id);
        }

        Assert.Equal(ids.Count, read.Count);
        Assert.True(ids.SetEquals(read));
    }
}
