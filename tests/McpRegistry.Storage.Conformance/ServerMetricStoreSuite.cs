using McpRegistry.Analytics;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What <see cref="IServerMetricStore"/> promises.</summary>
public abstract class ServerMetricStoreSuite(IStorageFixture storage) : StoreSuite(storage)
{
    private IServerMetricStore Metrics => Get<IServerMetricStore>();

    [Fact]
    public async Task Append_FullAndMinimalRow_ComeBack()
    {
        var server = (await AddServerAsync(Sample.Server(Tenant))).Id;
        var full = Sample.FullMetric(Tenant, server) with { Timestamp = Sample.Time(1).AddTicks(10) };
        var minimal = Sample.Metric(Tenant, server);

        await Metrics.AppendAsync([minimal, full], Cancellation);

        Assert.Equal([Describe.Metric(full), Describe.Metric(minimal)], (await ListAsync(server)).Select(Describe.Metric));
    }

    [Fact]
    public async Task Append_GoneOrForeignServer_SkipsOnlyThatRow()
    {
        var server = (await AddServerAsync(Sample.Server(Tenant))).Id;
        var foreign = (await AddServerAsync(Sample.Server(OtherTenant))).Id;
        var kept = Sample.Metric(Tenant, server);

        await Metrics.AppendAsync([Sample.Metric(Tenant, Guid.CreateVersion7()), Sample.Metric(Tenant, foreign), kept], Cancellation);

        Assert.Equal(kept.Id, Assert.Single(await ListAsync(server)).Id);
        Assert.Empty(await ListAsync(foreign));
        Assert.Empty(await Metrics.ListAsync(OtherTenant, foreign, Sample.Time(0), null, 10, Cancellation));
    }

    [Fact]
    public async Task Append_SameBatchAgain_AddsOnlyWhatIsNew()
    {
        var server = (await AddServerAsync(Sample.Server(Tenant))).Id;
        var first = Sample.Metric(Tenant, server, 1);
        var second = Sample.Metric(Tenant, server, 2);
        await Metrics.AppendAsync([first], Cancellation);

        await Metrics.AppendAsync([first, second, second], Cancellation);
        await Metrics.AppendAsync([], Cancellation);

        Assert.Equal([second.Id, first.Id], (await ListAsync(server)).Select(row => row.Id));
    }

    [Fact]
    public async Task DeleteServer_ItsRows_GoWithIt()
    {
        var server = (await AddServerAsync(Sample.Server(Tenant))).Id;
        await Metrics.AppendAsync([Sample.Metric(Tenant, server)], Cancellation);

        Assert.True((await Servers.DeleteAsync(Tenant, server, null, null, Cancellation)).Succeeded);

        Assert.Empty(await ListAsync(server));
    }

    [Fact]
    public async Task List_OtherTenantOrEarlierRows_AreLeftOut()
    {
        var server = (await AddServerAsync(Sample.Server(Tenant))).Id;
        await Metrics.AppendAsync([Sample.Metric(Tenant, server, 1), Sample.Metric(Tenant, server, 2), Sample.Metric(Tenant, server, 3)], Cancellation);

        var recent = await Metrics.ListAsync(Tenant, server, Sample.Time(2).ToOffset(TimeSpan.FromHours(5)), null, 10, Cancellation);

        Assert.Equal([Sample.Time(3), Sample.Time(2)], recent.Select(row => row.Timestamp));
        Assert.Empty(await Metrics.ListAsync(OtherTenant, server, Sample.Time(0), null, 10, Cancellation));
    }

    [Fact]
    public async Task List_PagesWhileRowsCome_HaveNoGapsOrRepeats()
    {
        var server = (await AddServerAsync(Sample.Server(Tenant))).Id;
        var rows = Enumerable.Range(0, 40).Select(i => Sample.Metric(Tenant, server, i / 20)).ToArray();
        await Metrics.AppendAsync(rows, Cancellation);
        var seen = new List<ServerMetric>();
        for (RowPosition? after = null; ; after = new RowPosition(seen[^1].Timestamp, seen[^1].Id))
        {
            var page = await Metrics.ListAsync(Tenant, server, Sample.Time(0), after, 7, Cancellation);
            seen.AddRange(page);
            if (page.Count < 7)
            {
                break;
            }

            await Metrics.AppendAsync([Sample.Metric(Tenant, server, 100)], Cancellation);
        }

        Assert.Equal(
            rows.OrderByDescending(row => row.Timestamp).ThenByDescending(row => row.Id).Select(row => row.Id),
            seen.Select(row => row.Id));
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public async Task Append_HostileFigureName_ComesBackUnchanged(string text)
    {
        var server = (await AddServerAsync(Sample.Server(Tenant))).Id;
        var json = System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, int>(StringComparer.Ordinal) { [text] = 1 });
        var row = Sample.Metric(Tenant, server) with { CustomMetrics = json };

        await Metrics.AppendAsync([row], Cancellation);

        Assert.Equal(Describe.Metric(row), Describe.Metric(Assert.Single(await ListAsync(server))));
    }

    [Theory]
    [MemberData(nameof(RefusedJson))]
    public void Metric_FiguresThatNoStoreKeeps_AreRefusedBeforeTheStore(string json)
    {
        Assert.Throws<ArgumentException>(() => Sample.Metric(Tenant, Guid.Empty) with { CustomMetrics = json });
        Assert.Throws<ArgumentOutOfRangeException>(() => Sample.Metric(Tenant, Guid.Empty) with { ErrorRate = double.NaN });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task List_LimitOutOfRange_Throws(int limit) => await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
        async () => await Metrics.ListAsync(Tenant, Guid.Empty, Sample.Time(0), null, limit, Cancellation));

    [Fact]
    public async Task AnyMethod_CancelledToken_IsCancelledAndWritesNothing()
    {
        var server = (await AddServerAsync(Sample.Server(Tenant))).Id;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Metrics.AppendAsync([Sample.Metric(Tenant, server)], Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Metrics.ListAsync(Tenant, server, Sample.Time(0), null, 10, Cancelled));

        Assert.Empty(await ListAsync(server));
    }

    [Fact]
    public async Task HundredBatches_AtOnce_AllArriveAndRaiseNoRevision()
    {
        var server = (await AddServerAsync(Sample.Server(Tenant))).Id;
        var before = await Revisions.GetAsync(Tenant, Cancellation);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(async () =>
            await Metrics.AppendAsync([Sample.Metric(Tenant, server, i)], Cancellation))));

        Assert.Equal(100, (await ListAsync(server)).Count);
        Assert.Equal(before, await Revisions.GetAsync(Tenant, Cancellation));
    }

    private ValueTask<IReadOnlyList<ServerMetric>> ListAsync(Guid server) => Metrics.ListAsync(Tenant, server, Sample.Time(0), null, 1000, Cancellation);
}
