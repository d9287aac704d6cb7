using System.Data.Common;
using BenchmarkDotNet.Attributes;
using McpRegistry.Discovery;
using McpRegistry.EntityFrameworkCore.Tests.Support.Population;
using McpRegistry.Servers;
using McpRegistry.Tenancy;

namespace McpRegistry.Benchmarks.Discovery;

/// <summary>
/// What does the store's search for two tools cost, against the plain question (both names, grouped, counted, sorted) over
/// the same rows without an index? The plain one is a prepared statement and reads ids; the search returns whole servers
/// of three visibilities.
/// </summary>
public class DiscoveryBenchmark
{
    private readonly TenantId _tenant = new(PopulationScript.TenantId(3));
    private DiscoveryDatabase _database = null!;
    private DbCommand _plain = null!;
    private ServerQuery _query = null!;

    /// <summary>Gets or sets how many servers there are, with ten tools each.</summary>
    [Params(1_000, 10_000, 100_000)]
    public int Servers { get; set; }

    /// <summary>Gets or sets the database.</summary>
    [Params("SQLite", "PostgreSQL")]
    public string Database { get; set; } = "";

    /// <summary>Gets or sets which tools: two of the commonest, one of them and one rare, or two rare ones of one server.</summary>
    [Params("common", "mixed", "rare")]
    public string Tools { get; set; } = "";

    // Benchmarks that run in the process of the runner do not await these two.
    [GlobalSetup]
    public void Setup() => SetupAsync().GetAwaiter().GetResult();

    [GlobalCleanup]
    public void Cleanup() => CleanupAsync().GetAwaiter().GetResult();

    [Benchmark(Baseline = true)]
    public async Task<int> PlainWithoutIndexes()
    {
        var rows = 0;
        await using var reader = await _plain.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            rows++;
        }

        return rows;
    }

    [Benchmark]
    public async Task<int> ServerSearch() => (await _database.Search.FindAsync(_tenant, _query, CancellationToken.None)).Servers.Length;

    private async Task SetupAsync()
    {
        _database = await DiscoveryDatabase.StartAsync(Database, Servers);
        var (first, second) = Tools switch
        {
            "common" => (1, 2),
            "mixed" => (1, ToolPopularity.RarePair().First),
            _ => ToolPopularity.RarePair(),
        };
        string[] names = [ToolPopularity.NameOf(first), ToolPopularity.NameOf(second)];
        _query = new ServerQuery { Tools = [.. names], Health = [ServerHealth.Healthy], Limit = 20 };
        _plain = await _database.PreparePlainAsync(_tenant.Value, names);
    }

    private async Task CleanupAsync()
    {
        await _plain.DisposeAsync();
        await DiscoveryDatabase.LeaveAsync();
    }
}
