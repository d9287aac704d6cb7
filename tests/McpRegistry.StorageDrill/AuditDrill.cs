using McpRegistry.Auditing;
using McpRegistry.Servers;
using McpRegistry.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace McpRegistry.StorageDrill;

/// <summary>
/// Kills a host in the middle of many calls at once: the chain is whole, holds every event that was acknowledged, each change has its
/// event and each event of a change has it. Then it changes a row by hand, which must be named.
/// </summary>
internal sealed class AuditDrill(TextWriter output)
{
    private const long Victim = 17;
    private const string Tamper = "UPDATE audit_events SET actor_name = 'somebody else' WHERE sequence = 17";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    /// <summary>Runs on both databases and says what went wrong.</summary>
    /// <param name="calls">How many at once.</param>
    public async Task<IReadOnlyList<string>> RunAsync(int calls)
    {
        var folder = Directory.CreateTempSubdirectory("mcp-registry-drill-");
        try
        {
            var sqlite = await RunAsync("sqlite", $"Data Source={Path.Combine(folder.FullName, "registry.db")};Pooling=False", calls);
            await using var server = await DrillDatabaseServer.StartAsync();
            return [.. sqlite, .. await RunAsync("postgresql", server.ConnectionString, calls)];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<IReadOnlyList<string>> RunAsync(string kind, string connection, int calls)
    {
        using var limit = new CancellationTokenSource(Limit);
        var ledger = new Ledger();
        using (var caller = WriterProcess.Start(ledger, "caller", kind, connection, $"{calls}"))
        {
            await caller.AcknowledgedAsync(calls / 2, limit.Token);
            await caller.KillAsync(limit.Token);
        }

        await using var store = await DrillStore.OpenAsync(kind, connection, limit.Token);
        var trail = store.Get<IAuditTrail>();
        var result = await trail.VerifyAsync(DrillContent.Tenant, AuditRange.All, limit.Token);
        var faults = result.Faults.Select(fault => $"{kind}: {fault}").ToList();
        faults.AddRange(await CompareAsync(store, ledger, limit.Token));
        await TamperAsync(kind, connection, limit.Token);
        var tampered = await trail.VerifyAsync(DrillContent.Tenant, AuditRange.All, limit.Token);
        if (tampered.Faults is not [{ Kind: AuditChainFaultKind.Changed, Sequence: Victim }])
        {
            faults.Add($"{kind}: row {Victim} was changed, and the verification says: {string.Join(", ", tampered.Faults)}");
        }

        await output.WriteLineAsync($"{kind}, host killed in {calls} calls: {ledger.Count} lines acknowledged, {result.RowsRead} rows in the chain, {result.FaultCount} faults");
        return faults;
    }

    private static async Task<IEnumerable<string>> CompareAsync(DrillStore store, Ledger ledger, CancellationToken cancellationToken)
    {
        var servers = new Dictionary<Guid, StoredServer>();
        await foreach (var server in store.Get<IServerStore>().ReadAllAsync(cancellationToken))
        {
            servers.Add(server.Server.Id, server);
        }

        var ids = new HashSet<Guid>();
        var created = new HashSet<Guid>();
        await foreach (var row in store.Get<IAuditTrail>().ReadAsync(DrillContent.Tenant, 0, cancellationToken))
        {
            ids.Add(row.Event.Id);
            if (string.Equals(row.Event.Action, "server.create", StringComparison.Ordinal))
            {
                created.Add(Guid.Parse(row.Event.ResourceId!));
            }
        }

        return
        [
            .. ledger.FindFaults(servers, ids, await store.Get<IRevisionStore>().GetAsync(cancellationToken)),
            .. servers.Keys.Except(created).Select(id => $"server {id} was created without its audit event"),
            .. created.Except(servers.Keys).Select(id => $"server {id} has an audit event and was not created"),
        ];
    }

    private static async Task TamperAsync(string kind, string connection, CancellationToken cancellationToken)
    {
        await using System.Data.Common.DbConnection open = string.Equals(kind, "sqlite", StringComparison.Ordinal)
            ? new SqliteConnection(connection)
            : new NpgsqlConnection(connection);
        await open.OpenAsync(cancellationToken);
        await using var command = open.CreateCommand();
        command.CommandText = Tamper;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
