using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.Data.Sqlite;

namespace McpRegistry.EntityFrameworkCore.Sqlite.Storage;

internal sealed class SqliteErrorClassifier : IDatabaseErrorClassifier
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int CannotOpen = 14;
    private const int TooBig = 18;
    private const int ConstraintViolation = 19;
    private const int Mismatch = 20;
    private const int PrimaryKeyViolation = 1555;
    private const int UniqueIndexViolation = 2067;

    public UniqueViolation? FindUniqueViolation(Exception exception) =>
        Find(exception) is { SqliteExtendedErrorCode: PrimaryKeyViolation or UniqueIndexViolation } failure
            ? new UniqueViolation(null, ReadColumns(failure.Message))
            : null;

    // Writers take the one write lock when they begin, so there is no second lock to wait for crosswise.
    public bool IsDeadlock(Exception exception) => false;

    public bool IsDataFault(Exception exception) => Find(exception)
        is { SqliteErrorCode: TooBig or ConstraintViolation or Mismatch, SqliteExtendedErrorCode: not (PrimaryKeyViolation or UniqueIndexViolation) };

    public bool IsTransient(Exception exception) =>
        Find(exception) is { SqliteErrorCode: Busy or Locked or CannotOpen };

    private static SqliteException? Find(Exception? exception)
    {
        while (exception is not null and not SqliteException)
        {
            exception = exception.InnerException;
        }

        return (SqliteException?)exception;
    }

    // The code says what failed; only which key it was stands nowhere but in SQLite's own fixed text:
    // "UNIQUE constraint failed: table.column, table.column", which the driver puts in quotes.
    private static string[] ReadColumns(string message)
    {
        var end = message.LastIndexOf('\'');
        var start = message.LastIndexOf(": ", StringComparison.Ordinal);
        return start < 0 || end < start
            ? []
            : message[(start + 2)..end].Split(", ", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }
}
