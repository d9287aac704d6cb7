using Npgsql;

namespace McpRegistry.EntityFrameworkCore.Tests.Support;

/// <summary>
/// A PostgreSQL of our own. It listens on a Unix socket inside its data folder, so no port can be taken, and it keeps
/// nothing safe from a power cut.
/// </summary>
public sealed class PostgreSqlCluster : IAsyncDisposable
{
    private readonly string _folder;

    private PostgreSqlCluster(string folder) => _folder = folder;

    /// <summary>Starts it, with settings of the form <c>name=value</c> besides its own.</summary>
    public static async Task<PostgreSqlCluster> StartAsync(params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("mcp-registry-pg-").FullName;
        await PostgreSqlPrograms.GiveAwayAsync(folder);
        await PostgreSqlPrograms.RunAsync("initdb", "-D", folder, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
        await PostgreSqlPrograms.RunAsync(
            "pg_ctl", "-D", folder, "-w", "-l", Path.Combine(folder, "server.log"),
            "-o", $"-k {folder} {string.Concat(settings.Select(setting => $"-c {setting} "))}-c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 -c deadlock_timeout=10ms",
            "start");
        return new PostgreSqlCluster(folder);
    }

    /// <summary>Tells how to reach a database, which need not exist.</summary>
    public string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = _folder,
        Username = "postgres",
        Database = database,
        MaxPoolSize = 20,
    }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await PostgreSqlPrograms.RunAsync("pg_ctl", "-D", _folder, "-m", "immediate", "-w", "stop");
        Directory.Delete(_folder, recursive: true);
    }
}
