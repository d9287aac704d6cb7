using McpRegistry.EntityFrameworkCore.Discovery;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Discovery;

internal sealed class PostgreSqlSearchDialect : ISearchDialect
{
    // A trigram index serves LIKE, and no function that finds one text in another.
    public void AddContains(SqlText sql, string column, string text) =>
        sql.Add(column).Add(" LIKE ").AddValue($"%{Escape(text)}%");

    public object ToParameter(DateTimeOffset time) => time.ToUniversalTime();

    private static string Escape(string text) => text
        .Replace(@"\", @"\\", StringComparison.Ordinal)
        .Replace("%", @"\%", StringComparison.Ordinal)
        .Replace("_", @"\_", StringComparison.Ordinal);
}
