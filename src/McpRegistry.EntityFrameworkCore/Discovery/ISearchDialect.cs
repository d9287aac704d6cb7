namespace McpRegistry.EntityFrameworkCore.Discovery;

/// <summary>What a search must write differently for each database.</summary>
internal interface ISearchDialect
{
    /// <summary>Adds the condition that a column contains a text. Case counts and no character is a wildcard.</summary>
    /// <param name="sql">What is written.</param>
    /// <param name="column">The column with the alias of its table.</param>
    /// <param name="text">The text as the column keeps it.</param>
    void AddContains(SqlText sql, string column, string text);

    /// <summary>Turns a time into the value of a parameter that is compared with a column.</summary>
    object ToParameter(DateTimeOffset time);
}
