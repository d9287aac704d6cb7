using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace McpRegistry.EntityFrameworkCore.Tests.Support.Population;

/// <summary>Fills a database that was just migrated.</summary>
public static class PopulatedDatabase
{
    /// <summary>Settings that filling wants, so that no vacuum comes but its own.</summary>
    public static string[] PostgreSqlSettings { get; } = ["autovacuum=off", "shared_buffers=512MB"];

    public static async Task FillPostgreSqlAsync(string connectionString, int servers, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);

        // No foreign key is checked for rows that are right by construction. Vacuum marks only what is surely committed as
        // visible to all, and unmarked pages are not left unread by an index-only scan.
        await RunAsync(connection, "SET session_replication_role = replica; SET synchronous_commit = on; SET maintenance_work_mem = '256MB'; CREATE TEMPORARY TABLE drawn (slot int PRIMARY KEY, name text, hash bytea)", cancellationToken);
        await using (var import = await connection.BeginBinaryImportAsync("COPY drawn FROM STDIN (FORMAT binary)", cancellationToken))
        {
            foreach (var (slot, name, hash) in Drawn())
            {
                await import.StartRowAsync(cancellationToken);
                await import.WriteAsync(slot, NpgsqlDbType.Integer, cancellationToken);
                await import.WriteAsync(name, NpgsqlDbType.Text, cancellationToken);
                await import.WriteAsync(hash, NpgsqlDbType.Bytea, cancellationToken);
            }

            await import.CompleteAsync(cancellationToken);
        }

        foreach (var statement in PopulationScript.PostgreSql.Statements(servers))
        {
            await RunAsync(connection, statement, cancellationToken);
        }

        await RunAsync(connection, "VACUUM (ANALYZE)", cancellationToken);
    }

    public static async Task FillSqliteAsync(string connectionString, int servers, CancellationToken cancellationToken)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder(connectionString) { ForeignKeys = false, Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await RunAsync(connection, "PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; CREATE TEMPORARY TABLE drawn (slot INTEGER PRIMARY KEY, name TEXT, hash BLOB)", cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var insert = connection.CreateCommand())
        {
            insert.CommandText = "INSERT INTO drawn VALUES ($slot, $name, $hash)";
            foreach (var (slot, name, hash) in Drawn())
            {
                insert.Parameters.Clear();
                insert.Parameters.AddWithValue("$slot", slot);
                insert.Parameters.AddWithValue("$name", name);
                insert.Parameters.AddWithValue("$hash", hash);
                await insert.ExecuteNonQueryAsync(cancellationToken);
            }
        }

        foreach (var statement in PopulationScript.Sqlite.Statements(servers))
        {
            await RunAsync(connection, statement, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    public static async Task RunAsync(DbConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static IEnumerable<(int Slot, string Name, byte[] Hash)> Drawn() => ToolPopularity.Draw()
        .Select((rank, slot) => (slot, ToolPopularity.NameOf(rank), SHA256.HashData(Encoding.UTF8.GetBytes(ToolPopularity.NameOf(rank)))));
}
