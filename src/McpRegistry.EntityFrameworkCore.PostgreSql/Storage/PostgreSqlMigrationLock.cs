using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

/// <summary>
/// Lets one replica migrate a database. EF Core's own table lock ends with each migration's transaction: where several
/// migrations are pending, a second replica gets in between two of them, and the first then applies one that is there
/// already. This lock lasts over all of them and ends with its connection.
/// </summary>
internal static class PostgreSqlMigrationLock
{
    // The bytes of "mcpregis": a number that no other program on the same database is likely to choose.
    private const string Lock = "SELECT pg_advisory_lock(7882267409458358643)";

    public static async Task<IDisposable> EnterAsync(
        RegistryDbContext context, string connectionString, CancellationToken cancellationToken)
    {
        // Building an index on a large table takes as long as it takes.
        context.Database.SetCommandTimeout(0);

        // The lock lives inside the database. Replicas that create it at the same time try again later.
        var creator = context.GetService<IRelationalDatabaseCreator>();
        if (!await creator.ExistsAsync(cancellationToken).ConfigureAwait(false))
        {
            await creator.CreateAsync(cancellationToken).ConfigureAwait(false);
        }

        // Not of the pool, where a returned connection keeps its locks until it is used again.
        var builder = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        var connection = new NpgsqlConnection(builder.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            var command = new NpgsqlCommand(Lock, connection) { CommandTimeout = 0 };
            await using (command.ConfigureAwait(false))
            {
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }

            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
