using System.Diagnostics;
using System.Globalization;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using Npgsql;

namespace McpRegistry.StorageDrill;

/// <summary>A PostgreSQL of our own that is killed and started again. Commits are written before they are acknowledged.</summary>
internal sealed class DrillDatabaseServer : IAsyncDisposable
{
    private const int StartAttempts = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly string _folder;

    private DrillDatabaseServer(string folder) => _folder = folder;

    public string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = _folder,
        Username = "postgres",
        Database = "drill",
        Pooling = true,
    }.ConnectionString;

    public static async Task<DrillDatabaseServer> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("mcp-registry-drill-").FullName;
        await PostgreSqlPrograms.GiveAwayAsync(folder);
        await PostgreSqlPrograms.RunAsync("initdb", "-D", folder, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
        var server = new DrillDatabaseServer(folder);
        await server.StartServerAsync();
        return server;
    }

    /// <summary>Kills the server as a crash would, and brings it up again.</summary>
    public async Task CrashAsync(CancellationToken cancellationToken)
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(_folder, "postmaster.pid"), cancellationToken);
        using var postmaster = Process.GetProcessById(int.Parse(lines[0], CultureInfo.InvariantCulture));
        postmaster.Kill();
        await postmaster.WaitForExitAsync(cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await StartServerAsync();
                return;
            }
            catch (InvalidOperationException) when (attempt < StartAttempts)
            {
                // Its children still hold the shared memory; they end when they notice.
                await Task.Delay(Pause, TimeProvider.System, cancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await PostgreSqlPrograms.RunAsync("pg_ctl", "-D", _folder, "-m", "immediate", "-w", "stop");
        Directory.Delete(_folder, recursive: true);
    }

    private Task StartServerAsync() => PostgreSqlPrograms.RunAsync(
        "pg_ctl", "-D", _folder, "-w", "-l", Path.Combine(_folder, "server.log"),
        "-o", $"-k {_folder} -c listen_addresses= -c fsync=off -c synchronous_commit=on -c max_connections=100",
        "start");
}
