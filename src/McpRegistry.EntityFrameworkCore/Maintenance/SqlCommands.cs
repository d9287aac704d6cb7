using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace McpRegistry.EntityFrameworkCore.Maintenance;

/// <summary>
/// Runs statements that LINQ has no words for, in the transaction of the context. Values go in as parameters only, by their
/// number in braces.
/// </summary>
internal static class SqlCommands
{
    /// <summary>How long one statement of housekeeping may take, in seconds.</summary>
    public const int Timeout = 30 * 60;

    public static Task<int> ExecuteAsync(
        this RegistryDbContext context, string sql, CancellationToken cancellationToken, params object[] values) =>
        context.RunAsync(sql, values, (command, parameters) => command.ExecuteNonQueryAsync(parameters, cancellationToken));

    public static Task<object?> ReadValueAsync(
        this RegistryDbContext context, string sql, CancellationToken cancellationToken, params object[] values) =>
        context.RunAsync(sql, values, (command, parameters) => command.ExecuteScalarAsync(parameters, cancellationToken));

    public static Task<List<T>> ReadRowsAsync<T>(
        this RegistryDbContext context, string sql, Func<DbDataReader, T> read, CancellationToken cancellationToken, params object[] values) =>
        context.RunAsync(
            sql,
            values,
            async (command, parameters) =>
            {
                var rows = new List<T>();
                var reader = await command.ExecuteReaderAsync(parameters, cancellationToken).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                    {
                        rows.Add(read(reader.DbDataReader));
                    }
                }

                return rows;
            });

    private static async Task<T> RunAsync<T>(
        this RegistryDbContext context, string sql, object[] values, Func<IRelationalCommand, RelationalCommandParameterObject, Task<T>> run)
    {
        var connection = context.GetService<IRelationalConnection>();
        var logger = context.GetService<IRelationalCommandDiagnosticsLogger>();
        var builder = context.GetService<IRawSqlCommandBuilder>();
        var timeout = connection.CommandTimeout;
        connection.CommandTimeout = Timeout;
        try
        {
            // Without values the text is taken as it is, braces and all.
            if (values.Length == 0)
            {
                return await run(builder.Build(sql), new(connection, null, null, context, logger, CommandSource.ExecuteSqlRaw)).ConfigureAwait(false);
            }

            var command = builder.Build(sql, values, context.Model);
            return await run(
                command.RelationalCommand,
                new(connection, command.ParameterValues, null, context, logger, CommandSource.ExecuteSqlRaw)).ConfigureAwait(false);
        }
        finally
        {
            connection.CommandTimeout = timeout;
        }
    }
}
