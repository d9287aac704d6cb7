using System.Globalization;
using Npgsql;

namespace McpRegistry.EntityFrameworkCore.Tests.Support;

/// <summary>The sessions of a database, from the side of the server. The listener of the change feed is none of a pool.</summary>
internal static class PostgreSqlSessions
{
    private const string OfPools =
        "FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'McpRegistry%' AND application_name <> 'McpRegistry listener'";

    public static Task<long> CountAsync(string connectionString, CancellationToken cancellationToken) =>
        ReadAsync(connectionString, "SELECT count(*) " + OfPools, cancellationToken);

    /// <summary>Ends every session of a pool, as a restart of the server would.</summary>
    public static Task<long> EndAllAsync(string connectionString, CancellationToken cancellationToken) =>
        ReadAsync(connectionString, "SELECT count(pg_terminate_backend(pid, 5000)) " + OfPools, cancellationToken);

    /// <summary>
    /// Waits until there are no more than allowed. A session ends a moment after its client has said good-bye, so the
    /// server is asked again; each question takes its time.
    /// </summary>
    public static async Task WaitUntilAtMostAsync(string connectionString, long limit, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        while (await CountAsync(connectionString, patience.Token) > limit)
        {
            await Task.Yield();
        }
    }

    /// <summary>Runs a command on a connection of its own.</summary>
    public static async Task<long> ReadAsync(string connectionString, string sql, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connectionString + ";Pooling=False;Application Name=observer");
        await using var command = source.CreateCommand(sql);
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }
}
