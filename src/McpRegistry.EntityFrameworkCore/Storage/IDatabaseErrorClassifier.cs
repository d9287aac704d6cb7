namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>Reads the error codes of one database.</summary>
internal interface IDatabaseErrorClassifier
{
    /// <summary>Tells which unique key failed; null when the failure is of another kind.</summary>
    UniqueViolation? FindUniqueViolation(Exception exception);

    /// <summary>Tells whether the database rolled the whole transaction back to end a deadlock, so that it may run again.</summary>
    bool IsDeadlock(Exception exception);

    /// <summary>Tells whether the database can never keep what it was given, be it tried as often as it may. Unique keys aside.</summary>
    bool IsDataFault(Exception exception);

    /// <summary>Tells whether the same start may succeed a little later: the database is not up yet, or another replica is creating it.</summary>
    bool IsTransient(Exception exception);
}
