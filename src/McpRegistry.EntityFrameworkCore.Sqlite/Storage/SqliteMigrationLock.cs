using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Sqlite.Storage;

/// <summary>
/// Lets one process migrate a file. EF Core's own lock is a row, and a process that is killed while migrating leaves it
/// for ever, so that every later start hangs. A locked file ends with its process; whoever holds it may delete that row.
/// </summary>
internal static class SqliteMigrationLock
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(50);

    public static async Task<IDisposable> EnterAsync(
        RegistryDbContext context, string dataSource, TimeProvider time, CancellationToken cancellationToken)
    {
        var held = await LockAsync(Path.GetFullPath(dataSource) + ".migrating", time, cancellationToken).ConfigureAwait(false);
        try
        {
            await DeleteAbandonedRowAsync(context, cancellationToken).ConfigureAwait(false);
            return held;
        }
        catch
        {
            await held.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<FileStream> LockAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                // The empty file stays: deleting it could let two processes lock two files of one name.
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(Delay, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task DeleteAbandonedRowAsync(RegistryDbContext context, CancellationToken cancellationToken)
    {
        var tables = await context.Database
            .SqlQuery<int>($"SELECT count(*) AS \"Value\" FROM sqlite_master WHERE type = 'table' AND name = '__EFMigrationsLock'")
            .SingleAsync(cancellationToken)
            .ConfigureAwait(false);
        if (tables > 0)
        {
            await context.Database.ExecuteSqlAsync($"DELETE FROM \"__EFMigrationsLock\"", cancellationToken).ConfigureAwait(false);
        }
    }
}
