using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using McpRegistry.Storage;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>Asks the database one question on a connection of the readers, and which migrations it has.</summary>
internal sealed class DatabaseHealth(RegistryDatabase database, TimeProvider time) : IStorageHealth
{
    public IDatabaseProvider Provider => database.Provider;

    public async ValueTask<StorageHealth> CheckAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var start = time.GetTimestamp();
        try
        {
            var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var scope = context.ConfigureAwait(false);
            await context.Database.ExecuteSqlRawAsync("SELECT 1", cancellationToken).ConfigureAwait(false);
            var latency = time.GetElapsedTime(start);
            var pending = await context.Database.GetPendingMigrationsAsync(cancellationToken).ConfigureAwait(false);
            return new StorageHealth
            {
                Reachable = true,
                Latency = latency,
                PendingMigrations = pending.Count(),
                Pools = [.. Provider.ReportPools()],
            };
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return new StorageHealth
            {
                Reachable = false,
                Latency = time.GetElapsedTime(start),
                Detail = Describe(exception),
                Pools = [.. Provider.ReportPools()],
            };
        }
    }

    /// <summary>Names types and codes only: messages of drivers tell hosts, users and paths.</summary>
    private static string Describe(Exception exception) => string.Join(" <- ", Chain(exception).Select(DescribeOne));

    private static IEnumerable<Exception> Chain(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            yield return exception;
        }
    }

    private static string DescribeOne(Exception exception) => exception switch
    {
        SocketException socket => $"SocketException {socket.SocketErrorCode}",
        DbException { SqlState: { } state } database => $"{database.GetType().Name} {state}",
        DbException database => string.Create(CultureInfo.InvariantCulture, $"{database.GetType().Name} 0x{database.ErrorCode:X8}"),
        _ => exception.GetType().Name,
    };
}
