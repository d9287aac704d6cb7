using McpRegistry.EntityFrameworkCore.Discovery;
using McpRegistry.EntityFrameworkCore.Sqlite.Storage;

namespace McpRegistry.EntityFrameworkCore.Sqlite.Discovery;

internal sealed class SqliteSearchDialect : ISearchDialect
{
    public bool CutsBranches => false;

    public string Fence => "";

    public bool JoinsUnions => false;

    // LIKE takes "a" for "A".
    public void AddContains(SqlText sql, string column, string text) =>
        sql.Add("instr(").Add(column).Add(", ").AddValue(text).Add(") > 0");

    public object ToParameter(DateTimeOffset time) => SqliteModelCustomizer.ToMicroseconds(time);
}
