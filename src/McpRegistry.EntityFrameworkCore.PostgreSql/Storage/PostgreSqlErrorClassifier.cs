using McpRegistry.EntityFrameworkCore.Storage;
using Npgsql;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

internal sealed class PostgreSqlErrorClassifier : IDatabaseErrorClassifier
{
    public UniqueViolation? FindUniqueViolation(Exception exception) =>
        Find(exception) is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } failure
            ? new UniqueViolation(failure.ConstraintName, [])
            : null;

    public bool IsDeadlock(Exception exception) => Find(exception)
        is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };

    // The classes of data exceptions, of integrity constraints and of limits such as that of an index row.
    public bool IsDataFault(Exception exception) => Find(exception)
        is PostgresException { SqlState: not PostgresErrorCodes.UniqueViolation and [var major, var minor, ..] }
        && (major, minor) is ('2', '2') or ('2', '3') or ('5', '4');

    // The last two are what CREATE DATABASE answers when another replica is creating the same one.
    public bool IsTransient(Exception exception) => Find(exception)
        is { IsTransient: true }
        or PostgresException { SqlState: PostgresErrorCodes.DuplicateDatabase }
        or PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "pg_database_datname_index" };

    private static NpgsqlException? Find(Exception? exception)
    {
        while (exception is not null and not NpgsqlException)
        {
            exception = exception.InnerException;
        }

        return (NpgsqlException?)exception;
    }
}
