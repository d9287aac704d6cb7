using McpRegistry.Auditing;
using McpRegistry.Servers;
using McpRegistry.Storage;

namespace McpRegistry.StorageDrill;

/// <summary>Kills a part in the middle of its writes, starts it again, and compares the store with what it acknowledged.</summary>
internal sealed class Drill(TextWriter output, int seed)
{
    private const int PageSize = 1000;
    private static readonly TimeSpan RoundLimit = TimeSpan.FromMinutes(2);

    private readonly Random _random = new(seed);

    /// <summary>Kills the host, over and over, on a SQLite file.</summary>
    public async Task<IReadOnlyList<string>> KillHostOnSqliteAsync(int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("mcp-registry-drill-");
        try
        {
            return await KillHostAsync("sqlite", $"Data Source={Path.Combine(folder.FullName, "registry.db")};Pooling=False", rounds);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Kills the host, over and over, on PostgreSQL.</summary>
    public async Task<IReadOnlyList<string>> KillHostOnPostgreSqlAsync(int rounds)
    {
        await using var server = await DrillDatabaseServer.StartAsync();
        return await KillHostAsync("postgresql", server.ConnectionString, rounds);
    }

    /// <summary>Kills PostgreSQL, over and over, under one host that goes on.</summary>
    public async Task<IReadOnlyList<string>> KillPostgreSqlAsync(int rounds)
    {
        await using var server = await DrillDatabaseServer.StartAsync();
        var ledger = new Ledger();
        using var writer = WriterProcess.Start("postgresql", server.ConnectionString, ledger);
        for (var round = 1; round <= rounds; round++)
        {
            using var limit = new CancellationTokenSource(RoundLimit);
            await writer.AcknowledgedAsync(_random.Next(50, 400), limit.Token);
            await server.CrashAsync(limit.Token);

            // The host has to find its way back by itself.
            await writer.AcknowledgedAsync(50, limit.Token);
            await ReportAsync($"postgresql, database killed, round {round}", ledger);
        }

        using var end = new CancellationTokenSource(RoundLimit);
        await writer.KillAsync(end.Token);
        return await VerifyAsync("postgresql", server.ConnectionString, ledger, end.Token);
    }

    private async Task<IReadOnlyList<string>> KillHostAsync(string kind, string connection, int rounds)
    {
        var ledger = new Ledger();
        for (var round = 1; round <= rounds; round++)
        {
            using var limit = new CancellationTokenSource(RoundLimit);
            using (var writer = WriterProcess.Start(kind, connection, ledger))
            {
                await writer.AcknowledgedAsync(_random.Next(50, 400), limit.Token);
                await writer.KillAsync(limit.Token);
            }

            await ReportAsync($"{kind}, host killed, round {round}", ledger);
            var faults = await VerifyAsync(kind, connection, ledger, limit.Token);
            if (faults.Count > 0)
            {
                return faults;
            }
        }

        return [];
    }

    private static async Task<IReadOnlyList<string>> VerifyAsync(string kind, string connection, Ledger ledger, CancellationToken cancellationToken)
    {
        await using var store = await DrillStore.OpenAsync(kind, connection, cancellationToken);
        var revision = await store.Get<IRevisionStore>().GetAsync(cancellationToken);
        var servers = new Dictionary<Guid, StoredServer>();
        await foreach (var server in store.Get<IServerStore>().ReadAllAsync(cancellationToken))
        {
            servers.Add(server.Server.Id, server);
        }

        var trail = await ReadTrailAsync(store.Get<IAuditStore>(), cancellationToken);
        return
        [
            .. ledger.FindFaults(servers, trail.Select(entry => entry.Id).ToHashSet(), revision),
            .. servers.Values.SelectMany(DrillContent.FindFaults),
            .. DrillContent.FindFaults(trail),
        ];
    }

    private static async Task<List<AuditEvent>> ReadTrailAsync(IAuditStore store, CancellationToken cancellationToken)
    {
        List<AuditEvent> trail = [];
        for (RowPosition? after = null; ;)
        {
            var page = await store.SearchAsync(DrillContent.Tenant, new AuditQuery { After = after, Limit = PageSize }, cancellationToken);
            trail.AddRange(page);
            if (page.Count < PageSize)
            {
                return trail;
            }

            after = new RowPosition(page[^1].OccurredAt, page[^1].Id);
        }
    }

    private Task ReportAsync(string what, Ledger ledger) =>
        output.WriteLineAsync($"{what}: {ledger.Count} writes acknowledged, {ledger.Failures} failed, revision {ledger.Revision}");
}
