using McpRegistry.Discovery;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.EntityFrameworkCore.Tests.Support.Population;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Discovery;

/// <summary>Which indexes the hot queries use on 100,000 servers, in the statements that the store really sends.</summary>
public abstract class DiscoveryPlanTests(PopulatedStorage storage, string database, string explain, int column)
{
    private static readonly ServerQuery Healthy = new() { Health = [ServerHealth.Healthy], Limit = 20 };

    private static readonly Dictionary<string, ServerQuery> Queries = new(StringComparer.Ordinal)
    {
        ["no condition"] = new ServerQuery { Limit = 20 },
        ["next page"] = Healthy with
        {
            After = new ServerPosition { Sort = ServerSort.Discovery, Health = ServerHealth.Healthy, AverageResponseTime = 500, Name = "server 5", Id = Guid.Empty },
        },
        ["common tools"] = Healthy with { Tools = [ToolPopularity.NameOf(1), ToolPopularity.NameOf(2)] },
        ["mixed tools"] = Healthy with { Tools = [ToolPopularity.NameOf(1), ToolPopularity.NameOf(1500)] },
        ["rare tools"] = Healthy with { Tools = [ToolPopularity.NameOf(1400), ToolPopularity.NameOf(1500)] },
        ["one common tool"] = Healthy with { Tools = [ToolPopularity.NameOf(1)] },
        ["everyday tag"] = Healthy with { Tags = ["everyday"] },
        ["rare tag"] = Healthy with { Tags = ["tag7"] },
        ["rare resource"] = Healthy with { Resources = ["srv/4321/"] },
        ["common resource"] = Healthy with { Resources = ["data.csv"] },
        ["rare text"] = Healthy with { Text = "server 54321" },
        ["by name"] = new ServerQuery { Sort = ServerSort.Name, Limit = 20 },
    };

    public static TheoryData<string> Names => [.. Queries.Keys];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Find_HundredThousandServers_ReadsWhatThePlanSays(string name)
    {
        var search = storage.Services.GetRequiredService<IServerSearch>();
        var tenant = new TenantId(PopulationScript.TenantId(3));

        // The first time counts how frequent the values are.
        await search.FindAsync(tenant, Queries[name], Cancellation);
        var sent = await SentCommands.OfAsync(async () => await search.FindAsync(tenant, Queries[name], Cancellation));

        var plan = await Assert.Single(sent).SendAsync(storage.Connection, explain, column, Cancellation);
        CheckedInPlan.Compare($"{database}-{name.Replace(' ', '-')}.txt", plan);
    }
}

public sealed class PostgreSqlDiscoveryPlanTests(PopulatedPostgreSql storage)
    : DiscoveryPlanTests(storage, "postgresql", "EXPLAIN (COSTS OFF) ", 0), IClassFixture<PopulatedPostgreSql>
{
    [Theory]
    [InlineData("common-tools", "Index Only Scan using idx_server_tools_name_server on server_tools")]
    [InlineData("rare-tools", "Index Only Scan using idx_server_tools_name_server on server_tools")]
    [InlineData("everyday-tag", "Index Only Scan using idx_servers_discovery_composite on mcp_servers")]
    [InlineData("no-condition", "Index Only Scan using idx_servers_discovery_composite on mcp_servers")]
    [InlineData("no-condition", "Index Only Scan using ix_servers_discovery_public on mcp_servers")]
    [InlineData("rare-resource", "Bitmap Index Scan on idx_server_resources_uri_server")]
    [InlineData("common-resource", "Index Only Scan using idx_servers_discovery_composite on mcp_servers")]
    [InlineData("rare-text", "Bitmap Index Scan on ix_mcp_servers_name_text")]
    public void Plan_CheckedIn_HasTheIndexThatWasMeant(string name, string scan) =>
        Assert.Contains(scan, CheckedInPlan.Scans(CheckedInPlan.Read($"postgresql-{name}.txt")));

    [Fact]
    public void Plans_CheckedIn_ScanNoTableWhole() => Assert.DoesNotContain(
        Names.SelectMany(name => CheckedInPlan.Scans(CheckedInPlan.Read($"postgresql-{name.Data.Replace(' ', '-')}.txt"))),
        scan => scan.StartsWith("Seq Scan", StringComparison.Ordinal) && scan != "Seq Scan on server_resource_templates");
}

public sealed class SqliteDiscoveryPlanTests(PopulatedSqlite storage)
    : DiscoveryPlanTests(storage, "sqlite", "EXPLAIN QUERY PLAN ", 3), IClassFixture<PopulatedSqlite>
{
    [Theory]
    [InlineData("common-tools", "SEARCH d USING COVERING INDEX idx_server_tools_name_server")]
    [InlineData("rare-tools", "SEARCH d USING COVERING INDEX idx_server_tools_name_server")]
    [InlineData("everyday-tag", "SEARCH s USING COVERING INDEX idx_servers_discovery_composite")]
    [InlineData("no-condition", "SEARCH s USING COVERING INDEX idx_servers_discovery_composite")]
    [InlineData("no-condition", "SCAN s USING COVERING INDEX ix_servers_discovery_public")]
    [InlineData("rare-tag", "SEARCH d USING COVERING INDEX ix_server_tags_tag")]
    public void Plan_CheckedIn_HasTheIndexThatWasMeant(string name, string scan) =>
        Assert.Contains(scan, CheckedInPlan.Scans(CheckedInPlan.Read($"sqlite-{name}.txt")));

    [Fact]
    public void Plans_CheckedIn_ScanNoTableWhole() => Assert.All(
        Names.SelectMany(name => CheckedInPlan.Scans(CheckedInPlan.Read($"sqlite-{name.Data.Replace(' ', '-')}.txt"))),
        scan => Assert.Contains("INDEX", scan, StringComparison.Ordinal));
}
