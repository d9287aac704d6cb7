using McpRegistry.Analytics;
using McpRegistry.Servers;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Analytics;

public abstract partial class AnalyticsTests
{
    [Fact]
    public async Task GetMonitoring_EmptyDatabase_HasEveryGaugeWithoutValues()
    {
        var readings = await Analytics.GetMonitoringAsync(Cancellation);

        Assert.Equal(
            [
                "database active_connections count",
                "database index_count count",
                "database table_count count",
                "database total_size bytes",
                "recent_requests avg_response_time ms ",
                "recent_requests avg_success_rate percent ",
                "recent_requests healthy_count count 0",
                "recent_requests total_count count 0",
                "servers avg_response_time ms ",
                "servers avg_success_rate percent ",
                "servers healthy_count count 0",
                "servers total_count count 0",
            ],
            readings.Select(Describe));
        Assert.All(readings, reading => Assert.Equal(readings[0].SnapshotTime, reading.SnapshotTime));
    }

    [Fact]
    public async Task GetMonitoring_ServersAndRequests_SumsUpAllTenantsAndTheLastHour()
    {
        await SaveAsync(
            Server(Tenant, ServerHealth.Healthy, 10, 1),
            Server(OtherTenant, ServerHealth.Unhealthy, 25, 0.25),
            Server(OtherTenant, ServerHealth.Healthy));
        await SaveAsync(
            Request(10, 200, TimeSpan.FromMinutes(1)),
            Request(20, 500, TimeSpan.FromMinutes(1), OtherTenant),
            Request(null, null, TimeSpan.FromMinutes(1)),
            Request(1000, 200, TimeSpan.FromHours(2)));

        var readings = await Analytics.GetMonitoringAsync(Cancellation);

        Assert.Equal(
            [
                "recent_requests avg_response_time ms 15",
                "recent_requests avg_success_rate percent 33.33",
                "recent_requests healthy_count count 1",
                "recent_requests total_count count 3",
                "servers avg_response_time ms 17.5",
                "servers avg_success_rate percent 62.5",
                "servers healthy_count count 2",
                "servers total_count count 3",
            ],
            readings.Skip(4).Select(Describe));
    }

    [Fact]
    public async Task GetTableSizes_OfTheSchema_HasEveryTableAndAddsUp()
    {
        await using var context = await OpenAsync();
        var tables = context.Model.GetEntityTypes().Select(entity => Microsoft.EntityFrameworkCore.RelationalEntityTypeExtensions.GetTableName(entity)!);

        var sizes = await Analytics.GetTableSizesAsync(Cancellation);

        Assert.Superset(tables.ToHashSet(), sizes.Select(size => size.Table).ToHashSet());
        Assert.Equal(sizes.OrderByDescending(size => size.TotalBytes).Select(size => size.TotalBytes), sizes.Select(size => size.TotalBytes));
        Assert.All(sizes, AssertMeasured);
        Assert.True(sizes.Single(size => size.Table == "mcp_servers") is { IndexCount: > 5 });
    }

    [Fact]
    public async Task GetDatabaseSize_OfTheSchema_AgreesWithTheListsOfTablesAndIndexes()
    {
        var size = await Analytics.GetDatabaseSizeAsync(Cancellation);
        var tables = await Analytics.GetTableSizesAsync(Cancellation);
        var indexes = await Analytics.GetIndexUsageAsync(Cancellation);

        Assert.Equal((tables.Count, indexes.Count), (size.TableCount, size.IndexCount));
        Assert.True(size.TotalBytes >= tables.Sum(table => table.TotalBytes ?? 0));
        Assert.InRange(size.CheckedAt, Now.AddMinutes(-1), Now.AddMinutes(10));
    }

    [Fact]
    public async Task GetIndexUsage_OfTheSchema_ListsTheIndexesOfEveryTable()
    {
        var tables = await Analytics.GetTableSizesAsync(Cancellation);

        var indexes = await Analytics.GetIndexUsageAsync(Cancellation);

        Assert.Contains(indexes, index => index is { Index: "idx_mcp_servers_tenant_status", Table: "mcp_servers" });
        Assert.All(tables, table => Assert.Equal(table.IndexCount, indexes.Count(index => index.Table == table.Table)));
        AssertUsage(indexes);
    }

    [Fact]
    public async Task GetIndexUsage_OfKeysAndOthers_TellsThemApart()
    {
        var indexes = await Analytics.GetIndexUsageAsync(Cancellation);

        string[] keys = ["pk_", "ak_", "ux_", "sqlite_autoindex", "idx_system_configs_key_tenant"];
        Assert.All(indexes, index => Assert.Equal(
            keys.Any(key => index.Index.StartsWith(key, StringComparison.OrdinalIgnoreCase)), index.IsKey));
        Assert.Contains(indexes, index => index is { Index: "ux_mcp_servers_name", IsKey: true });
        Assert.Contains(indexes, index => index is { Index: "idx_request_logs_ip_path", Table: "request_logs", IsKey: false });
    }

    private protected static void AssertAddsUp(TableSize size)
    {
        Assert.Equal(size.TotalBytes, size.TableBytes + size.IndexBytes);
        Assert.Equal(size.IndexPercentage, size.TotalBytes == 0
            ? 0
            : Math.Round(100m * size.IndexBytes!.Value / size.TotalBytes!.Value, 2, MidpointRounding.AwayFromZero));
    }

    /// <summary>SQLite tells sizes only where it was built to.</summary>
    private protected virtual void AssertMeasured(TableSize size)
    {
        if (size.TotalBytes is null)
        {
            Assert.Equal((null, null, null), (size.TableBytes, size.IndexBytes, size.IndexPercentage));
        }
        else
        {
            AssertAddsUp(size);
        }
    }

    private protected virtual void AssertUsage(IReadOnlyList<IndexUsage> indexes) => Assert.All(
        indexes,
        index => Assert.Equal((null, null, null, null), (index.Scans, index.TuplesRead, index.TuplesFetched, index.Category)));

    private static string Describe(MonitoringReading reading) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{reading.Category} {reading.Metric} {reading.Unit}")
        + (reading.Category == "database" ? "" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $" {reading.Value:0.##}"));
}

public sealed partial class PostgreSqlAnalyticsTests
{
    [Fact]
    public async Task IndexUsageSummary_OfScans_SaysHowOftenInWords()
    {
        await using var context = await OpenAsync();
        await Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.ExecuteSqlRawAsync(
            context.Database,
            """
            DO $$ BEGIN
                PERFORM pg_stat_reset();
                SET LOCAL enable_seqscan = off;
                SET LOCAL enable_bitmapscan = off;
                FOR i IN 1..9 LOOP PERFORM 1 FROM tenants WHERE id = '00000000-0000-0000-0000-000000000001'; END LOOP;
                FOR i IN 1..10 LOOP PERFORM 1 FROM users WHERE id = '00000000-0000-0000-0000-000000000001'; END LOOP;
                FOR i IN 1..100 LOOP PERFORM 1 FROM audit_events WHERE id = '00000000-0000-0000-0000-000000000001'; END LOOP;
            END $$;
            SELECT pg_stat_force_next_flush();
            """,
            Cancellation);

        var indexes = (await Analytics.GetIndexUsageAsync(Cancellation)).ToDictionary(index => index.Index);

        Assert.Equal((0L, IndexUsageCategory.Unused), Usage("pk_routing_rules"));
        Assert.Equal((9L, IndexUsageCategory.RarelyUsed), Usage("pk_tenants"));
        Assert.Equal((10L, IndexUsageCategory.OccasionallyUsed), Usage("pk_users"));
        Assert.Equal((100L, IndexUsageCategory.FrequentlyUsed), Usage("pk_audit_events"));
        Assert.Equal(indexes.Values.Select(index => index.Scans).Order(), indexes.Values.Select(index => index.Scans));

        (long?, IndexUsageCategory?) Usage(string index) => (indexes[index].Scans, indexes[index].Category);
    }

    [Fact]
    public async Task GetIndexUsage_UnusedAndNoKey_AreThoseThatNoQueryNeeded()
    {
        await using (var context = await OpenAsync())
        {
            await Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.ExecuteSqlRawAsync(
                context.Database,
                """
                DO $$ BEGIN
                    SET LOCAL enable_seqscan = off;
                    SET LOCAL enable_bitmapscan = off;
                    FOR i IN 1..12 LOOP PERFORM 1 FROM request_logs WHERE ip_address = '1' AND path = '/'; END LOOP;
                END $$;
                SELECT pg_stat_force_next_flush();
                """,
                Cancellation);
        }

        var indexes = await Analytics.GetIndexUsageAsync(Cancellation);

        var unused = indexes.Where(index => index is { IsKey: false, Category: IndexUsageCategory.Unused }).Select(index => index.Index).ToArray();
        Assert.Contains("idx_mcp_servers_tenant_status", unused);
        Assert.DoesNotContain("idx_request_logs_ip_path", unused);
        Assert.DoesNotContain("pk_routing_rules", unused);
        var used = indexes.Single(index => index.Index == "idx_request_logs_ip_path");
        Assert.Equal(("public", 12L, IndexUsageCategory.OccasionallyUsed), (used.Schema, used.Scans, used.Category));
        Assert.True(used.SizeBytes > 0);
    }

    private protected override void AssertMeasured(TableSize size)
    {
        AssertAddsUp(size);
        Assert.True(size.TotalBytes > 0 || size.IndexCount == 0);
    }

    private protected override void AssertUsage(IReadOnlyList<IndexUsage> indexes) =>
        Assert.All(indexes, index => Assert.True(index is { Scans: not null, TuplesRead: not null, TuplesFetched: not null, Category: not null }));
}
