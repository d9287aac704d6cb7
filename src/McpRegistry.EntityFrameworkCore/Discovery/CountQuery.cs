namespace McpRegistry.EntityFrameworkCore.Discovery;

/// <summary>Something that can be counted: servers, or servers that have one or several values.</summary>
/// <param name="Scope">The tenant whose servers are meant; null for all.</param>
/// <param name="Terms">The values that a server must all have.</param>
internal sealed record CountQuery(Guid? Scope, params SearchTerm[] Terms)
{
    /// <summary>Gets a text that is equal for equal questions.</summary>
    public string Key { get; } = $"{Scope:n} {string.Join('\n', Terms.Select(term => term.Key).Order(StringComparer.Ordinal))}";

    public void AddTo(SqlText sql)
    {
        if (Terms.Length == 0)
        {
            sql.Add("SELECT 1 FROM mcp_servers AS s");
            AddScope(sql.Add(" WHERE s.id IS NOT NULL"), "s");
            return;
        }

        sql.Add("SELECT 1 FROM ").Add(Terms[0].Table).Add(" AS d WHERE d.").Add(Terms[0].Column).Add(" = ").AddValue(Terms[0].Value);
        AddScope(sql, "d");
        foreach (var term in Terms.Skip(1))
        {
            sql.Add(" AND EXISTS (SELECT 1 FROM ").Add(term.Table).Add(" AS x WHERE x.").Add(term.Column).Add(" = ").AddValue(term.Value);
            sql.Add(" AND x.tenant_id = d.tenant_id AND x.server_id = d.server_id)");
        }
    }

    private void AddScope(SqlText sql, string alias)
    {
        if (Scope is { } tenant)
        {
            sql.Add(" AND ").Add(alias).Add(".tenant_id = ").AddValue(tenant);
        }
    }
}
