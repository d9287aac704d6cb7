using System.Text;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <content>Reports and catalogues.</content>
public abstract partial class ServerStoreSuite
{
    [Fact]
    public async Task SaveDiscovery_FullReport_ReadsBackOrdered()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var report = Sample.Report(
            Sample.Item(CatalogueItemKind.Prompt, "same", 0),
            Sample.Tool("z", 0),
            Sample.Tool("same", 2),
            Sample.Tool("a", 1),
            Sample.Item(CatalogueItemKind.ResourceTemplate, "file:///{path}", 0),
            Sample.Item(CatalogueItemKind.Resource, "file:///same", 1),
            Sample.Item(CatalogueItemKind.Resource, "same", 0)) with
        {
            Health = ServerHealth.Degraded,
            Faults = [new DiscoveryFault(FaultReasons.Timeout, "second"), new DiscoveryFault(FaultReasons.CursorLoop, "first")],
            ServerInfo = "{\"name\":\"x\"}"u8.ToArray(),
            Capabilities = "{ }"u8.ToArray(),
            Instructions = "Be kind.",
        };

        var result = await Servers.SaveDiscoveryAsync(Tenant, server.Id, report, Cancellation);

        Assert.True(result.Succeeded);
        Assert.Equal(new CatalogueChange(7, 0, 0), result.Value);
        var found = (await Servers.FindAsync(Tenant, server.Id, Cancellation))!.Discovery;
        Assert.Equal(
            Describe.Report(report with
            {
                CompletedAt = found!.CompletedAt,
                Items = [.. report.Items.OrderBy(item => item.Kind).ThenBy(item => item.Ordinal)],
            }),
            Describe.Report(found));
        Assert.Equal(report.CompletedAt, found.CompletedAt, TimeSpan.FromMicroseconds(1));
        Assert.Equal(Describe.Report(found), Describe.Report((await Servers.FindByAliasAsync(Tenant, server.Alias, Cancellation))!.Discovery));
    }

    [Fact]
    public async Task SaveDiscovery_Again_CountsAddedChangedRemoved()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        await Servers.SaveDiscoveryAsync(
            Tenant, server.Id, Sample.Report(Sample.Tool("same", 0), Sample.Tool("json", 1), Sample.Tool("moved", 2), Sample.Tool("gone", 3)), Cancellation);

        var result = await Servers.SaveDiscoveryAsync(
            Tenant,
            server.Id,
            Sample.Report(
                Sample.Tool("same", 0),
                Sample.Tool("json", 1, "{\"new\":1}"),
                Sample.Tool("moved", 5),
                Sample.Tool("new", 6),
                Sample.Item(CatalogueItemKind.Prompt, "gone", 0)),
            Cancellation);

        Assert.Equal(new CatalogueChange(Added: 2, Changed: 2, Removed: 1), result.Value);
        var items = (await Servers.FindAsync(Tenant, server.Id, Cancellation))!.Discovery!.Items;
        Assert.Equal(["same", "json", "moved", "new", "gone"], items.Select(item => item.Key));
        Assert.Equal("{\"new\":1}", Encoding.UTF8.GetString(items[1].Json.Span));
    }

    [Fact]
    public async Task SaveDiscovery_SameItems_ChangesNoItemButTheReport()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var report = Sample.Report(Sample.Tool("a", 0), Sample.Item(CatalogueItemKind.Resource, "r", 0));
        await Servers.SaveDiscoveryAsync(Tenant, server.Id, report, Cancellation);

        var result = await Servers.SaveDiscoveryAsync(
            Tenant, server.Id, report with { CompletedAt = report.CompletedAt.AddMinutes(1) }, Cancellation);

        Assert.False(result.Value.Any);
        var found = (await Servers.FindAsync(Tenant, server.Id, Cancellation))!.Discovery!;
        Assert.Equal(report.CompletedAt.AddMinutes(1), found.CompletedAt, TimeSpan.FromMicroseconds(1));
        Assert.Equal(2, found.Items.Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SaveDiscovery_OlderReport_IsStaleAndChangesNothing(bool hasItems)
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var newest = Sample.Report(Sample.Tool("new", 0));
        await Servers.SaveDiscoveryAsync(Tenant, server.Id, newest, Cancellation);
        var revision = await Get<IRevisionStore>().GetAsync(Tenant, Cancellation);
        var older = Sample.Report(Sample.Tool("old", 0)) with
        {
            Health = ServerHealth.Unhealthy,
            CompletedAt = newest.CompletedAt.AddMilliseconds(-1),
            HasItems = hasItems,
        };

        var result = await Servers.SaveDiscoveryAsync(Tenant, server.Id, older, Cancellation);

        Assert.Equal(StoreOutcome.Stale, result.Outcome);
        var found = (await Servers.FindAsync(Tenant, server.Id, Cancellation))!.Discovery!;
        Assert.Equal((newest.Health, "new"), (found.Health, Assert.Single(found.Items).Key));
        Assert.Equal(newest.CompletedAt, found.CompletedAt, TimeSpan.FromMicroseconds(1));
        Assert.Equal(revision, await Get<IRevisionStore>().GetAsync(Tenant, Cancellation));
    }

    [Fact]
    public async Task SaveDiscovery_WithoutItems_ReplacesReportAndKeepsItems()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        await Servers.SaveDiscoveryAsync(Tenant, server.Id, Sample.Report(Sample.Tool("a", 0)), Cancellation);
        var failed = new DiscoveryReport
        {
            Health = ServerHealth.Unhealthy,
            CompletedAt = TimeProvider.System.GetUtcNow(),
            Faults = [new DiscoveryFault(FaultReasons.Unreachable, "The connection was refused.")],
        };

        var result = await Servers.SaveDiscoveryAsync(Tenant, server.Id, failed, Cancellation);

        Assert.Equal(default, result.Value);
        var found = (await Servers.FindAsync(Tenant, server.Id, Cancellation))!.Discovery!;
        Assert.Equal(ServerHealth.Unhealthy, found.Health);
        Assert.Null(found.Era);
        Assert.False(found.HasItems);
        Assert.Equal(FaultReasons.Unreachable, Assert.Single(found.Faults).Reason);
        Assert.Equal("a", Assert.Single(found.Items).Key);
    }

    [Fact]
    public async Task SaveDiscovery_EmptyCatalogue_RemovesAll()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        await Servers.SaveDiscoveryAsync(Tenant, server.Id, Sample.Report(Sample.Tool("a", 0), Sample.Tool("b", 1)), Cancellation);

        var result = await Servers.SaveDiscoveryAsync(Tenant, server.Id, Sample.Report(), Cancellation);

        Assert.Equal(new CatalogueChange(0, 0, 2), result.Value);
        Assert.Empty((await Servers.FindAsync(Tenant, server.Id, Cancellation))!.Discovery!.Items);
    }

    [Fact]
    public async Task SaveDiscovery_KeyTwice_ThrowsAndWritesNothing()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));

        await Assert.ThrowsAsync<ArgumentException>(async () => await Servers.SaveDiscoveryAsync(
            Tenant, server.Id, Sample.Report(Sample.Tool("a", 0), Sample.Tool("a", 1)), Cancellation));

        Assert.Null((await Servers.FindAsync(Tenant, server.Id, Cancellation))!.Discovery);
    }

    [Fact]
    public async Task SaveDiscovery_UnknownServer_IsNotFound()
    {
        var result = await Servers.SaveDiscoveryAsync(Tenant, Guid.CreateVersion7(), Sample.Report(), Cancellation);

        Assert.Equal(StoreOutcome.NotFound, result.Outcome);
    }

    [Fact]
    public async Task SaveDiscovery_DoesNotRaiseTheVersion()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));

        await Servers.SaveDiscoveryAsync(Tenant, server.Id, Sample.Report(Sample.Tool("a", 0)), Cancellation);

        Assert.True((await Servers.UpdateAsync(Tenant, server, null, Cancellation)).Succeeded);
    }

    [Fact]
    public async Task SaveDiscovery_SameServerConcurrently_LeavesOneWholeCatalogue()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var time = TimeProvider.System.GetUtcNow();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(writer => Task.Run(async () =>
        {
            var items = Enumerable.Range(0, 10).Select(i => Sample.Tool($"tool{i + (writer % 5)}", i, $"{{\"writer\":{writer}}}")).ToArray();
            var report = Sample.Report(items) with { CompletedAt = time };
            Assert.True((await Servers.SaveDiscoveryAsync(Tenant, server.Id, report, Cancellation)).Succeeded);
        })));

        var stored = (await Servers.FindAsync(Tenant, server.Id, Cancellation))!.Discovery!.Items;
        Assert.Equal(10, stored.Length);
        Assert.Single(stored.Select(item => Encoding.UTF8.GetString(item.Json.Span)).Distinct(StringComparer.Ordinal));
    }
}
