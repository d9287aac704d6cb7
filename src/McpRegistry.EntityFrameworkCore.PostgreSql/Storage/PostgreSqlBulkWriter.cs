using McpRegistry.EntityFrameworkCore.Auditing;
using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

/// <summary>
/// Writes by binary COPY straight into the table. No staging table is needed: the only join is with the servers, which are
/// few in a batch and looked up and locked before.
/// </summary>
internal sealed class PostgreSqlBulkWriter : IBulkWriter
{
    public async Task InsertAsync<T>(RegistryDbContext context, IReadOnlyList<T> rows, CancellationToken cancellationToken)
        where T : class
    {
        if (rows.Count == 0)
        {
            return;
        }

        var columns = RowColumns.Of<T>(context);
        var types = Enumerable.Range(0, columns.Count).Select(columns.TypeName).ToArray();
        var connection = (NpgsqlConnection)context.Database.GetDbConnection();
        var import = await connection
            .BeginBinaryImportAsync($"COPY {columns.Table} ({columns.Names}) FROM STDIN (FORMAT BINARY)", cancellationToken)
            .ConfigureAwait(false);
        await using (import.ConfigureAwait(false))
        {
            foreach (var row in rows)
            {
                await import.StartRowAsync(cancellationToken).ConfigureAwait(false);
                for (var i = 0; i < types.Length; i++)
                {
                    var value = columns.Value(row, i);
                    await (value is null ? import.WriteNullAsync(cancellationToken) : import.WriteAsync(value, types[i], cancellationToken))
                        .ConfigureAwait(false);
                }
            }

            await import.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The lock lets updates of the servers through and only holds up their deletion; one order keeps batches from deadlock.</summary>
    public IQueryable<ServerEntity> HoldServers(RegistryDbContext context, Guid[] ids) =>
        context.Servers.FromSql($"SELECT * FROM mcp_servers WHERE id = ANY({ids}) ORDER BY id FOR KEY SHARE");

    /// <summary>One order keeps batches from deadlock. Who has waited for a lock reads the head anew at READ COMMITTED.</summary>
    public IQueryable<AuditChainEntity> HoldChains(RegistryDbContext context, Guid[] tenants) =>
        context.AuditChains.FromSql($"SELECT * FROM audit_chains WHERE tenant_id = ANY({tenants}) ORDER BY tenant_id FOR UPDATE");
}
