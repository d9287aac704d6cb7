using System.Globalization;
using Npgsql;

namespace McpRegistry.EntityFrameworkCore.Tests.Support;

/// <summary>Finds the connections that listen for changes, from the side of the server.</summary>
internal static class PostgreSqlListeners
{
    private const string Listening =
        "FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN mcp_registry' AND state = 'idle'";

    private const string Count = "SELECT count(*) " + Listening;
    private const string End = "SELECT count(pg_terminate_backend(pid, 5000)) " + Listening;

    /// <summary>Waits until as many listen as should, and ends them all.</summary>
    public static async Task CutAsync(string connectionString, int listeners, CancellationToken cancellationToken)
    {
        await WaitAsync(connectionString, listeners, cancellationToken);
        await using var connection = await OpenAsync(connectionString, cancellationToken);
        await using var end = new NpgsqlCommand(End, connection);
        if (await ReadAsync(end, cancellationToken) < listeners)
        {
            throw new InvalidOperationException("A listener was gone before it was cut.");
        }
    }

    public static Task WaitAsync(string connectionString, int listeners, CancellationToken cancellationToken) =>
        WaitUntilAsync(connectionString, count => count >= listeners, cancellationToken);

    public static Task WaitUntilNoneAsync(string connectionString, CancellationToken cancellationToken) =>
        WaitUntilAsync(connectionString, count => count == 0, cancellationToken);

    /// <summary>The server tells nobody who listens, so it is asked again and again; each question takes its time.</summary>
    private static async Task WaitUntilAsync(string connectionString, Func<long, bool> condition, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        await using var connection = await OpenAsync(connectionString, limit.Token);
        await using var count = new NpgsqlCommand(Count, connection);
        while (!condition(await ReadAsync(count, limit.Token)))
        {
            await Task.Yield();
        }
    }

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(connectionString + ";Pooling=False");
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    private static async Task<long> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken) =>
        Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
}
