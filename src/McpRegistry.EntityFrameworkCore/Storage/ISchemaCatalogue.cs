namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>Tells what a database has, and how what is missing is made again.</summary>
internal interface ISchemaCatalogue
{
    /// <summary>
    /// Gets the query that lists what is there and usable, one line each: <c>table t</c>, <c>column t.c</c>, <c>index i</c>,
    /// <c>function f</c>, <c>view v</c>.
    /// </summary>
    string ObjectsSql { get; }

    /// <summary>Gets the functions and views that migrations make, as such lines.</summary>
    IEnumerable<string> Extras { get; }

    /// <summary>Writes the statement that makes one of <see cref="Extras"/>.</summary>
    string WriteExtra(string line);

    /// <summary>Writes the statements that make an index again, given its ordinary statement; null for the one over an expression.</summary>
    string WriteIndex(string name, string? statement);
}
