using McpRegistry.EntityFrameworkCore.Storage;
using Npgsql;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

internal sealed class PostgreSqlErrorClassifier : IDatabaseErrorClassifier
{
    public UniqueViolation? FindUniqueViolation(Exception exception) =>
        Find(exception) is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } failure
            ? new UniqueViolation(failure.ConstraintName, [])
            : null;

    public bool IsUnavailable(Exception exception) => Find(exception) is { IsTransient: true };

    private static NpgsqlException? Find(Exception? exception)
    {
        while (exception is not null and not NpgsqlException)
        {
            exception = exception.InnerException;
        }

        return (NpgsqlException?)exception;
    }
}
