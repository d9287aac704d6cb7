using System.Data.Common;
using System.Text;
using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace McpRegistry.EntityFrameworkCore.Servers;

/// <summary>
/// Inserts children of servers, or renews those that are there, without a race: each row is one statement that skips itself
/// when the server is gone and decides by the unique key whether it inserts.
/// </summary>
/// <typeparam name="T">The child.</typeparam>
/// <param name="provider">The database.</param>
/// <param name="key">The columns of the unique key.</param>
/// <param name="newerBy">The column that tells which of two rows is the newer and stays; null keeps the one that is there.</param>
internal sealed class ServerChildInsert<T>(IDatabaseProvider provider, string key, string? newerBy = null)
    where T : class, IServerChild
{
    // Both databases take more parameters in one command; beyond this size it is no faster.
    private const int RowsPerCommand = 200;

    /// <summary>Runs in the transaction of the context and tells how many rows were inserted or renewed.</summary>
    public async Task<int> RunAsync(RegistryDbContext context, IReadOnlyList<T> rows, CancellationToken cancellationToken)
    {
        var written = 0;
        foreach (var chunk in rows.Chunk(RowsPerCommand))
        {
            var parameters = new List<DbParameter>();
            var sql = Compose(context, chunk, parameters);
            written += await context.Database.ExecuteSqlRawAsync(sql, parameters, cancellationToken).ConfigureAwait(false);
        }

        return written;
    }

    private string Compose(RegistryDbContext context, T[] rows, List<DbParameter> parameters)
    {
        using var command = context.Database.GetDbConnection().CreateCommand();
        var entity = context.Model.FindEntityType(typeof(T))!;
        var columns = entity.GetProperties().Select(property => property.GetColumnName()).ToArray();
        var onConflict = newerBy is null ? "DO NOTHING" : Replace(entity.GetTableName()!, columns);
        var sql = new StringBuilder();
        foreach (var row in rows)
        {
            var values = entity.GetProperties().ToDictionary(
                property => property.GetColumnName(),
                property => Add(property.PropertyInfo!.GetValue(row), property, command, parameters),
                StringComparer.Ordinal);
            sql.Append(
                $"""
                INSERT INTO {entity.GetTableName()} ({string.Join(", ", columns)})
                SELECT {string.Join(", ", columns.Select(column => values[column]))}
                FROM mcp_servers WHERE tenant_id = {values["tenant_id"]} AND id = {values["server_id"]}{provider.KeepRowsSql}
                ON CONFLICT ({key}) {onConflict};

                """);
        }

        return sql.ToString();
    }

    private string Replace(string table, string[] columns)
    {
        var kept = key.Split(", ").Append("id").ToArray();
        var renewed = columns.Except(kept, StringComparer.Ordinal).Select(column => $"{column} = excluded.{column}");
        return $"DO UPDATE SET {string.Join(", ", renewed)} WHERE {table}.{newerBy} <= excluded.{newerBy}";
    }

    private static string Add(object? value, IProperty property, DbCommand command, List<DbParameter> parameters)
    {
        var name = $"@v{parameters.Count}";
        parameters.Add(property.GetRelationalTypeMapping().CreateParameter(command, name, value, property.IsNullable));
        return name;
    }
}
