using System.Globalization;
using McpRegistry.EntityFrameworkCore.Storage;
using Npgsql;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

/// <summary>Completes the host's connection string for one pool.</summary>
internal static class PoolConnectionString
{
    private const string DefaultApplication = "McpRegistry";

    /// <summary>Writes what the connections of a pool have in common; the size is set by each generation.</summary>
    /// <param name="connectionString">What the host gave.</param>
    /// <param name="options">The options of all pools.</param>
    /// <param name="pool">The options of this one.</param>
    /// <param name="use">What it is for; null when it is for everything.</param>
    public static NpgsqlConnectionStringBuilder Create(
        string connectionString, PostgreSqlConnectionOptions options, PostgreSqlPoolOptions pool, ConnectionUse? use)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        builder.ApplicationName = (builder.ApplicationName ?? DefaultApplication) + Suffix(use);
        builder.Timeout = Seconds(pool.AcquireTimeout);
        builder.CommandTimeout = Seconds(pool.CommandTimeout);
        builder.ConnectionIdleLifetime = Seconds(pool.IdleLifetime);
        builder.ConnectionPruningInterval = Math.Min(builder.ConnectionPruningInterval, builder.ConnectionIdleLifetime);
        builder.ConnectionLifetime = pool.MaxAge is { } age ? Seconds(age) : 0;
        if (options.TransactionPooler)
        {
            builder.MaxAutoPrepare = 0;
            builder.NoResetOnClose = true;
        }
        else
        {
            builder.MaxAutoPrepare = options.MaxAutoPrepare;
            builder.Options = SessionOptions(builder.Options, pool, use);
        }

        return builder;
    }

    /// <summary>
    /// Start-up options are the session's defaults, so the reset between two uses keeps them. The last of two equal ones
    /// counts: the host may have its own opinion of <c>jit</c>, and a time that it sets for all is not meant for long queries.
    /// </summary>
    private static string? SessionOptions(string? own, PostgreSqlPoolOptions pool, ConnectionUse? use) => use switch
    {
        // Compiling a short query costs more than running it.
        ConnectionUse.Read or ConnectionUse.Write or null => $"-c jit=off {own}".TrimEnd(),
        _ => string.Create(CultureInfo.InvariantCulture, $"{own} -c statement_timeout={Seconds(pool.CommandTimeout)}s").TrimStart(),
    };

    private static string Suffix(ConnectionUse? use) => use switch
    {
        ConnectionUse.Read => " read",
        ConnectionUse.Write => " write",
        ConnectionUse.Analytics => " analytics",
        _ => "",
    };

    private static int Seconds(TimeSpan time) => (int)Math.Ceiling(time.TotalSeconds);
}
