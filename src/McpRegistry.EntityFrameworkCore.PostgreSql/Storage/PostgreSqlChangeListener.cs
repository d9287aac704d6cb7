using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

/// <summary>Listens on a connection of its own, outside the pool, and connects again for as long as somebody watches.</summary>
internal sealed partial class PostgreSqlChangeListener
{
    public const string Channel = "mcp_registry";

    private const int KeepAliveSeconds = 15;

    private readonly string _connectionString;
    private readonly ILogger _logger;

    public PostgreSqlChangeListener(string connectionString, ILoggerFactory? loggers)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        builder.ApplicationName = (builder.ApplicationName ?? "McpRegistry") + " listener";

        // A firewall may forget a silent connection without telling either end; the question finds out.
        builder.KeepAlive = builder.KeepAlive > 0 ? builder.KeepAlive : KeepAliveSeconds;
        _connectionString = builder.ConnectionString;
        _logger = loggers?.CreateLogger<PostgreSqlChangeListener>() ?? NullLogger<PostgreSqlChangeListener>.Instance;
    }

    public async Task ListenAsync(Action wake, ReconnectDelay delay, TimeProvider time, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await ListenOnceAsync(wake, delay, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // Whatever it is, the poll goes on meanwhile; the look that follows shows at once whether the database is down.
                var wait = delay.Next();
                LogLost(exception, wait);
                wake();
                await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task ListenOnceAsync(Action wake, ReconnectDelay delay, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(_connectionString);
        await using var connectionScope = connection.ConfigureAwait(false);
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        var command = new NpgsqlCommand($"LISTEN {Channel}", connection);
        await using (command.ConfigureAwait(false))
        {
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        LogListening();
        delay.Reset();

        // What was committed before this point may have been told to nobody here.
        wake();
        while (true)
        {
            await connection.WaitAsync(cancellationToken).ConfigureAwait(false);
            wake();
        }
    }

    [LoggerMessage(9010, LogLevel.Debug, "Listening for the changes of other replicas")]
    private partial void LogListening();

    [LoggerMessage(9011, LogLevel.Warning, "The connection that listens for changes of other replicas is lost; the next try is in {Delay}, until then the poll finds them")]
    private partial void LogLost(Exception exception, TimeSpan delay);
}
