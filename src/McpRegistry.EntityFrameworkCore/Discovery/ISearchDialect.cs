namespace McpRegistry.EntityFrameworkCore.Discovery;

/// <summary>What a search must write differently for each database.</summary>
internal interface ISearchDialect
{
    /// <summary>
    /// Gets a value that tells whether each part of the servers is put in order and cut to the page by itself. Otherwise the
    /// database merges the parts as it walks them, and stops all of them when the page is full.
    /// </summary>
    bool CutsBranches { get; }

    /// <summary>
    /// Gets what, at the end of a query inside another, has it run as it stands instead of being merged into that one.
    /// </summary>
    string Fence { get; }

    /// <summary>
    /// Gets a value that tells whether a condition on several tables is best written as one on their union, which lets the
    /// database begin with either side of it.
    /// </summary>
    bool JoinsUnions { get; }

    /// <summary>Adds the condition that a column contains a text. Case counts and no character is a wildcard.</summary>
    /// <param name="sql">What is written.</param>
    /// <param name="column">The column with the alias of its table.</param>
    /// <param name="text">The text as the column keeps it.</param>
    void AddContains(SqlText sql, string column, string text);

    /// <summary>Turns a time into the value of a parameter that is compared with a column.</summary>
    object ToParameter(DateTimeOffset time);
}
