using System.Globalization;
using Npgsql;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

/// <summary>
/// Asks the server how many connections it could still accept. Where pools grew past that, the growth would turn waiting
/// callers into failing ones, of other programs as well.
/// </summary>
internal static class ServerRoom
{
    private const string Free =
        """
        SELECT least(
            current_setting('max_connections')::int
                - current_setting('superuser_reserved_connections')::int
                - coalesce(current_setting('reserved_connections', true), '0')::int
                - (SELECT sum(numbackends) FROM pg_stat_database)::int,
            (SELECT CASE WHEN d.datconnlimit >= 0 THEN d.datconnlimit - s.numbackends END
                FROM pg_database d JOIN pg_stat_database s ON s.datid = d.oid
                WHERE d.datname = current_database()))
        """;

    /// <summary>Asks on a connection of its own: the pool in question has none to spare.</summary>
    public static async Task<int> ReadAsync(string connectionString, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await using var scope = connection.ConfigureAwait(false);
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        var command = new NpgsqlCommand(Free, connection);
        await using (command.ConfigureAwait(false))
        {
            var free = await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
            return Convert.ToInt32(free, CultureInfo.InvariantCulture);
        }
    }
}
