using McpRegistry.EntityFrameworkCore.Discovery;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Discovery;

internal sealed class PostgreSqlSearchDialect : ISearchDialect
{
    // Over the union it would read and sort every server of every part.
    public bool CutsBranches => true;

    // Unfenced it takes the values of a server for independent of one another, and joins where it should walk.
    public string Fence => " OFFSET 0";

    public bool JoinsUnions => true;

    // A trigram index serves LIKE, and no function that finds one text in another.
    public void AddContains(SqlText sql, string column, string text) =>
        sql.Add(column).Add(" LIKE ").AddValue($"%{Escape(text)}%");

    public object ToParameter(DateTimeOffset time) => time.ToUniversalTime();

    private static string Escape(string text) => text
        .Replace(@"\", @"\\", StringComparison.Ordinal)
        .Replace("%", @"\%", StringComparison.Ordinal)
        .Replace("_", @"\_", StringComparison.Ordinal);
}
