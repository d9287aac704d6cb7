using System.Globalization;
using McpRegistry.EntityFrameworkCore.Maintenance;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Maintenance;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Sqlite.Maintenance;

/// <summary>
/// A file belongs to one process, so "one at a time" and "a short while ago" are of this process; a second one would only do
/// the same once more.
/// </summary>
internal sealed class SqliteUpkeep : IUpkeepDialect, IDisposable
{
    private const int Incremental = 2;

    // Statistics from this many rows of an index are good enough, and keep the write lock short on a large file.
    private const string Sample = "PRAGMA analysis_limit = 1000";

    private readonly SemaphoreSlim _running = new(1, 1);
    private long? _last;

    public async Task<DatabaseUpkeepOutcome> OptimizeAsync(
        RegistryDatabaseTables tables, TimeSpan unlessWithin, TimeProvider time, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!await _running.WaitAsync(TimeSpan.Zero, CancellationToken.None).ConfigureAwait(false))
        {
            return DatabaseUpkeepOutcome.Busy;
        }

        try
        {
            if (_last is { } last && unlessWithin > TimeSpan.Zero && time.GetElapsedTime(last) < unlessWithin)
            {
                return DatabaseUpkeepOutcome.Recent;
            }

            foreach (var table in tables.Names)
            {
                await WriteAsync(tables.Database, $"{Sample}; ANALYZE \"{table}\"", cancellationToken).ConfigureAwait(false);
            }

            await WriteAsync(tables.Database, $"{Sample}; PRAGMA optimize", cancellationToken).ConfigureAwait(false);
            await VacuumAsync(tables.Database, cancellationToken).ConfigureAwait(false);
            _last = time.GetTimestamp();
            return DatabaseUpkeepOutcome.Success;
        }
        finally
        {
            _running.Release();
        }
    }

    public void Dispose() => _running.Dispose();

    private static async Task WriteAsync(RegistryDatabase database, string sql, CancellationToken cancellationToken)
    {
        using var turn = await database.Provider.EnterWriteAsync(cancellationToken).ConfigureAwait(false);
        var context = await database.OpenWriteAsync(cancellationToken).ConfigureAwait(false);
        await using (context.ConfigureAwait(false))
        {
            await context.ExecuteAsync(sql, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Gives free pages back where the file was made for it. Where not, SQLite uses them again for new rows.</summary>
    private static async Task VacuumAsync(RegistryDatabase database, CancellationToken cancellationToken)
    {
        var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (context.ConfigureAwait(false))
        {
            var mode = await context.ReadValueAsync("PRAGMA auto_vacuum", cancellationToken).ConfigureAwait(false);
            if (Convert.ToInt32(mode, CultureInfo.InvariantCulture) != Incremental)
            {
                return;
            }
        }

        await WriteAsync(database, "PRAGMA incremental_vacuum(10000)", cancellationToken).ConfigureAwait(false);
    }
}
