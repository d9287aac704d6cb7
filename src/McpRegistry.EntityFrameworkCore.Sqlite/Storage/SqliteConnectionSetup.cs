using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace McpRegistry.EntityFrameworkCore.Sqlite.Storage;

/// <summary>
/// Sets what SQLite keeps per connection. Another process's write lock is waited for by SQLite, which looks every few milliseconds,
/// and then by the driver, which looks every 150. The time of SQLite is less than a second: builds without a finer sleep than that,
/// as some for Linux are, then leave it to the driver at once. The journal mode is kept in the file, so it is set once.
/// </summary>
/// <remarks>
/// A connection from the pool has its settings already, but nothing tells it from a new one, and setting them again takes 2
/// microseconds. The synchronous level is set even where it is the usual default: builds of SQLite differ in theirs.
/// </remarks>
internal sealed class SqliteConnectionSetup(SqliteConnectionOptions options) : DbConnectionInterceptor
{
    private const string Journal = "PRAGMA journal_mode = WAL;";

    // 16 MiB instead of 2: on 100,000 servers a walk along an index takes half the time; the mapping does better than more of it.
    private const string Basics = "PRAGMA busy_timeout = 900;PRAGMA cache_size = -16384;";
    private const string Full = "PRAGMA synchronous = FULL;";
    private const string Normal = "PRAGMA synchronous = NORMAL;";
    private const string Mapped = "PRAGMA mmap_size = 268435456;";
    private const string Unmapped = "PRAGMA mmap_size = 0;";

    private volatile bool _journalIsSet;

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = CreateCommand(connection);
        command.ExecuteNonQuery();
        if (!_journalIsSet && CanWrite(connection))
        {
            command.CommandText = Journal;
            command.ExecuteNonQuery();
            _journalIsSet = true;
        }
    }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        var command = CreateCommand(connection);
        await using var scope = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        if (!_journalIsSet && CanWrite(connection))
        {
            command.CommandText = Journal;
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            _journalIsSet = true;
        }
    }

    /// <summary>EF Core looks whether the file exists through a connection that only reads, and such a one cannot set the mode.</summary>
    private static bool CanWrite(DbConnection connection) =>
        new SqliteConnectionStringBuilder(connection.ConnectionString).Mode != SqliteOpenMode.ReadOnly;

    private DbCommand CreateCommand(DbConnection connection)
    {
        var command = connection.CreateCommand();
        switch (options.Durability, options.MemoryMapping)
        {
            case (SqliteDurability.Full, true):
                command.CommandText = Basics + Full + Mapped;
                break;
            case (SqliteDurability.Full, false):
                command.CommandText = Basics + Full + Unmapped;
                break;
            case (_, true):
                command.CommandText = Basics + Normal + Mapped;
                break;
            default:
                command.CommandText = Basics + Normal + Unmapped;
                break;
        }

        return command;
    }
}
