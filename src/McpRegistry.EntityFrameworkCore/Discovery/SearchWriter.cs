using McpRegistry.Discovery;
using McpRegistry.Tenancy;

namespace McpRegistry.EntityFrameworkCore.Discovery;

/// <summary>Writes the statements of one search.</summary>
internal sealed class SearchWriter(TenantId tenant, ServerQuery query, ISearchDialect dialect)
{
    public SearchConditions Conditions { get; } = new(tenant, query, dialect);

    public SearchOrder Order { get; } = new(query.Sort, query.Descending, dialect);

    /// <summary>
    /// Writes what finds the rows of a page, and one more that tells whether there is another. Up to the page only what the
    /// indexes hold is read; a walk that visits thousands of servers never opens their rows.
    /// </summary>
    public SqlText WritePage(SearchPlan plan)
    {
        // CROSS JOIN tells SQLite the order of its loops; PostgreSQL reads it as any join.
        var sql = new SqlText().Add("SELECT m.* FROM (SELECT u.* FROM (");
        AddBranches(sql, plan, isPage: true);
        sql.Add(") AS u");
        Order.AddOrderOfKeys(sql);
        return AddLimit(sql).Add(") AS p CROSS JOIN mcp_servers AS m WHERE m.id = p.id");
    }

    public SqlText WriteTotal(SearchPlan plan)
    {
        var sql = new SqlText().Add("SELECT count(*) AS \"Value\" FROM (");
        AddBranches(sql, plan, isPage: false);
        return sql.Add(") AS u");
    }

    private void AddBranches(SqlText sql, SearchPlan plan, bool isPage)
    {
        var separator = "";
        foreach (var (branch, start) in plan.Branches)
        {
            sql.Add(separator);
            AddBranch(sql, branch, start, plan.Terms, isPage);
            separator = " UNION ALL ";
        }
    }

    private void AddBranch(SqlText sql, SearchBranch branch, SearchTerm? start, SearchTerm[] terms, bool isPage)
    {
        var isCut = isPage && dialect.CutsBranches;
        sql.Add(isCut ? "(SELECT " : "SELECT ");
        if (isPage)
        {
            Order.AddKeys(sql);
        }
        else
        {
            sql.Add("s.id");
        }

        AddSource(sql, branch, start);
        Conditions.AddBranch(sql, branch);
        Conditions.AddFilters(sql, terms.Where(term => term != start), isWalk: isPage && start is null);
        if (isPage && query.After is { } after)
        {
            Order.AddAfter(sql, after);
        }

        if (isCut && start is null)
        {
            Order.AddOrder(sql);
            AddLimit(sql).Add(")");
        }
        else if (isCut)
        {
            // A limit would lead back to the walk that was decided against.
            sql.Add(dialect.Fence).Add(")");
        }
    }

    private void AddSource(SqlText sql, SearchBranch branch, SearchTerm? start)
    {
        if (start is null)
        {
            sql.Add(" FROM mcp_servers AS s WHERE ");
            return;
        }

        sql.Add(" FROM ").Add(start.Table).Add(" AS d CROSS JOIN mcp_servers AS s WHERE d.").Add(start.Column).Add(" = ").AddValue(start.Value);
        if (Conditions.ScopeOf(branch) is { } scope)
        {
            sql.Add(" AND d.tenant_id = ").AddValue(scope);
        }

        sql.Add(" AND s.tenant_id = d.tenant_id AND s.id = d.server_id AND ");
    }

    private SqlText AddLimit(SqlText sql) => sql.Add(" LIMIT ").AddValue(query.Limit + 1);
}
