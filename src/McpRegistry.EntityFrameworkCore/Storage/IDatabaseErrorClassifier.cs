namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>Reads the error codes of one database.</summary>
internal interface IDatabaseErrorClassifier
{
    /// <summary>Tells which unique key failed; null when the failure is of another kind.</summary>
    UniqueViolation? FindUniqueViolation(Exception exception);

    /// <summary>Tells whether the database cannot be reached now but may be soon.</summary>
    bool IsUnavailable(Exception exception);
}
