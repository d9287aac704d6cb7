using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace McpRegistry.EntityFrameworkCore.Sqlite.Storage;

/// <summary>
/// Sets what SQLite keeps per connection. Waiting for another process's write lock is left to SQLite, which looks every
/// few milliseconds; the journal mode is kept in the file, so it is set once.
/// </summary>
internal sealed class SqliteConnectionSetup : DbConnectionInterceptor
{
    private const string BusyTimeout = "PRAGMA busy_timeout = 5000;";
    private const string BusyTimeoutAndLog = BusyTimeout + "PRAGMA journal_mode = WAL;";

    private volatile bool _journalIsSet;

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = CreateCommand(connection);
        command.ExecuteNonQuery();
        _journalIsSet = true;
    }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        var command = CreateCommand(connection);
        await using (command.ConfigureAwait(false))
        {
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            _journalIsSet = true;
        }
    }

    private DbCommand CreateCommand(DbConnection connection)
    {
        var command = connection.CreateCommand();
        if (_journalIsSet)
        {
            command.CommandText = BusyTimeout;
        }
        else
        {
            command.CommandText = BusyTimeoutAndLog;
        }

        return command;
    }
}
