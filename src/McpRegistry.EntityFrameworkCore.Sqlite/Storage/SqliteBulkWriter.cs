using McpRegistry.EntityFrameworkCore.Auditing;
using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace McpRegistry.EntityFrameworkCore.Sqlite.Storage;

/// <summary>Writes by one prepared statement that runs once a row: there is no round trip to save, and nothing is parsed twice.</summary>
internal sealed class SqliteBulkWriter : IBulkWriter
{
    public async Task InsertAsync<T>(RegistryDbContext context, IReadOnlyList<T> rows, CancellationToken cancellationToken)
        where T : class
    {
        var columns = RowColumns.Of<T>(context);
        var connection = (SqliteConnection)context.Database.GetDbConnection();
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.Transaction = (SqliteTransaction?)context.Database.CurrentTransaction?.GetDbTransaction();
            var names = Enumerable.Range(0, columns.Count).Select(i => $"$p{i}").ToArray();
#pragma warning disable CA2100 // The names come from the model, the values are parameters.
            command.CommandText = $"INSERT INTO {columns.Table} ({columns.Names}) VALUES ({string.Join(", ", names)})";
#pragma warning restore CA2100
            command.Parameters.AddRange(names.Select(name => new SqliteParameter { ParameterName = name }));
            foreach (var row in rows)
            {
                for (var i = 0; i < names.Length; i++)
                {
                    command.Parameters[i].Value = columns.Value(row, i) ?? DBNull.Value;
                }

                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Nothing to lock: whoever writes is alone.</summary>
    public IQueryable<ServerEntity> HoldServers(RegistryDbContext context, Guid[] ids) =>
        context.Servers.Where(server => ids.Contains(server.Id));

    public IQueryable<AuditChainEntity> HoldChains(RegistryDbContext context, Guid[] tenants) =>
        context.AuditChains.Where(chain => tenants.Contains(chain.TenantId));
}
