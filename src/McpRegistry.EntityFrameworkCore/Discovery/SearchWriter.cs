using McpRegistry.Discovery;
using McpRegistry.Tenancy;

namespace McpRegistry.EntityFrameworkCore.Discovery;

/// <summary>Writes the statements of one search.</summary>
internal sealed class SearchWriter(TenantId tenant, ServerQuery query, ISearchDialect dialect)
{
    public SearchConditions Conditions { get; } = new(tenant, query, dialect);

    public SearchOrder Order { get; } = new(query.Sort, query.Descending, dialect);

    /// <summary>Writes what finds the rows of a page, and one more that tells whether there is another.</summary>
    public SqlText WritePage(SearchPlan plan)
    {
        var sql = new SqlText().Add("SELECT u.* FROM (");
        AddBranches(sql, plan, "s.*", query.After);
        sql.Add(") AS u");
        Order.AddOrder(sql, "u");
        return sql.Add(" LIMIT ").AddValue(query.Limit + 1);
    }

    public SqlText WriteTotal(SearchPlan plan)
    {
        var sql = new SqlText().Add("SELECT count(*) AS \"Value\" FROM (");
        AddBranches(sql, plan, "s.id", after: null);
        return sql.Add(") AS u");
    }

    private void AddBranches(SqlText sql, SearchPlan plan, string columns, ServerPosition? after)
    {
        var separator = "";
        foreach (var (branch, start) in plan.Branches)
        {
            sql.Add(separator).Add("SELECT ").Add(columns).Add(" FROM ");
            if (start is not null)
            {
                // CROSS JOIN tells SQLite the order of its loops; PostgreSQL reads it as any join.
                sql.Add(start.Table).Add(" AS d CROSS JOIN mcp_servers AS s WHERE d.").Add(start.Column).Add(" = ").AddValue(start.Value);
                if (Conditions.ScopeOf(branch) is { } scope)
                {
                    sql.Add(" AND d.tenant_id = ").AddValue(scope);
                }

                sql.Add(" AND s.id = d.server_id AND ");
            }
            else
            {
                sql.Add("mcp_servers AS s WHERE ");
            }

            Conditions.AddBranch(sql, branch);
            Conditions.AddFilters(sql, plan.Terms.Where(term => term != start));
            if (after is not null)
            {
                Order.AddAfter(sql, "s", after);
            }

            separator = " UNION ALL ";
        }
    }
}
