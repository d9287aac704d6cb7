using Npgsql;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Support;

/// <summary>
/// A PostgreSQL of our own for one test run. It listens on a Unix socket inside its data folder, so no port can be taken.
/// It starts with the first test that needs it: where it is not installed, those tests fail and the others still run.
/// </summary>
public sealed class PostgreSqlServer : IAsyncLifetime
{
    private readonly Lazy<Task<string>> _folder = new(StartAsync);
    private int _databases;

    public ValueTask InitializeAsync() => default;

    /// <summary>Names a database that does not exist yet; the first migration creates it.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        var folder = await _folder.Value;
        return new NpgsqlConnectionStringBuilder
        {
            Host = folder,
            Username = "postgres",
            Database = $"registry_{Interlocked.Increment(ref _databases)}",
            MaxPoolSize = 20,
        }.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_folder.IsValueCreated || !_folder.Value.IsCompletedSuccessfully)
        {
            return;
        }

        var folder = await _folder.Value;
        NpgsqlConnection.ClearAllPools();
        await PostgreSqlPrograms.RunAsync("pg_ctl", "-D", folder, "-m", "immediate", "-w", "stop");
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<string> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("mcp-registry-pg-").FullName;
        await PostgreSqlPrograms.GiveAwayAsync(folder);
        await PostgreSqlPrograms.RunAsync("initdb", "-D", folder, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
        await PostgreSqlPrograms.RunAsync(
            "pg_ctl", "-D", folder, "-w", "-l", Path.Combine(folder, "server.log"),
            "-o", $"-k {folder} -c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 -c deadlock_timeout=10ms",
            "start");
        return folder;
    }
}
