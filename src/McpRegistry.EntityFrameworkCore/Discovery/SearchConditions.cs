using McpRegistry.Discovery;
using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Servers;
using McpRegistry.Tenancy;

namespace McpRegistry.EntityFrameworkCore.Discovery;

/// <summary>Writes what a query asks of one server, whose row is <c>s</c>.</summary>
internal sealed class SearchConditions(TenantId tenant, ServerQuery query, ISearchDialect dialect)
{
    /// <summary>Adds which part of the servers is meant, and who in it may see them.</summary>
    public void AddBranch(SqlText sql, SearchBranch branch)
    {
        if (branch == SearchBranch.Public)
        {
            sql.Add("s.visibility = 'public' AND s.tenant_id <> ").AddValue(tenant.Value);
            sql.Add(" AND s.tenant_id <> ").AddValue(TenantId.Global.Value);
            return;
        }

        sql.Add("s.tenant_id = ").AddValue(ScopeOf(branch)!);
        sql.Add(" AND (s.visibility <> 'private'");
        if (query.Viewer is { } viewer)
        {
            sql.Add(" OR s.owner_id = ").AddValue(viewer);
        }

        sql.Add(")");
    }

    /// <summary>Gets the tenant to which a part is confined; null when there is none.</summary>
    public Guid? ScopeOf(SearchBranch branch) => branch switch
    {
        SearchBranch.Own => tenant.Value,
        SearchBranch.Global => TenantId.Global.Value,
        _ => null,
    };

    /// <summary>Adds the conditions on the server itself and on rows that are found from it.</summary>
    /// <param name="sql">What is written.</param>
    /// <param name="terms">The values that it must have.</param>
    /// <param name="isWalk">Whether the servers are visited in their order until there are enough.</param>
    public void AddFilters(SqlText sql, IEnumerable<SearchTerm> terms, bool isWalk)
    {
        if (!query.IncludeDisabled)
        {
            sql.Add(" AND s.enabled");
        }

        if (query.Owner is { } owner)
        {
            sql.Add(" AND s.owner_id = ").AddValue(owner);
        }

        AddHealth(sql);
        foreach (var term in terms)
        {
            sql.Add(" AND EXISTS (SELECT 1 FROM ").Add(term.Table).Add(" AS x WHERE x.").Add(term.Column).Add(" = ").AddValue(term.Value);
            sql.Add(" AND x.tenant_id = s.tenant_id AND x.server_id = s.id").Add(isWalk ? dialect.Fence : "").Add(")");
        }

        if (query.Transport is { } transport)
        {
            sql.Add(" AND EXISTS (SELECT 1 FROM server_endpoints AS x WHERE x.tenant_id = s.tenant_id AND x.server_id = s.id");
            sql.Add(" AND x.transport_type = ").AddValue(EnumText<TransportKind>.Write(transport)).Add(")");
        }

        AddText(sql);
        AddResources(sql);
    }

    /// <summary>Adds the condition that a URI, in a row <c>x</c>, contains one of the texts.</summary>
    public void AddUri(SqlText sql)
    {
        var separator = "(";
        foreach (var part in query.Resources.Distinct(StringComparer.Ordinal))
        {
            sql.Add(separator);
            dialect.AddContains(sql, "x.uri_template", StoredText.Encode(part));
            separator = " OR ";
        }

        sql.Add(")");
    }

    /// <summary>
    /// Writes the ranks as a range with holes. A list of ranks would end the order of the index: PostgreSQL then sorts
    /// every server instead of stopping at the end of the page.
    /// </summary>
    private void AddHealth(SqlText sql)
    {
        var ranks = query.Health.Select(ServerOrder.RankOf).Distinct().Order().ToArray();
        if (ranks.Length == 0)
        {
            return;
        }

        if (ranks.Length == 1)
        {
            sql.Add(" AND s.health_rank = ").AddValue(ranks[0]);
            return;
        }

        sql.Add(" AND s.health_rank >= ").AddValue(ranks[0]).Add(" AND s.health_rank <= ").AddValue(ranks[^1]);
        foreach (var hole in Enumerable.Range(ranks[0], ranks[^1] - ranks[0]).Except(ranks))
        {
            sql.Add(" AND s.health_rank <> ").AddValue(hole);
        }
    }

    private void AddText(SqlText sql)
    {
        if (query.Text is null)
        {
            return;
        }

        var text = StoredText.Encode(ServerMapper.NameKey(query.Text));
        sql.Add(" AND (");
        dialect.AddContains(sql, "s.name_key", text);
        sql.Add(" OR ");
        dialect.AddContains(sql, "s.description_key", text);
        sql.Add(")");
    }

    private void AddResources(SqlText sql)
    {
        if (query.Resources.IsEmpty)
        {
            return;
        }

        if (dialect.JoinsUnions)
        {
            AddUris(
                sql.Add(" AND "),
                "(SELECT tenant_id, server_id, uri_template FROM server_resources UNION ALL SELECT tenant_id, server_id, uri_template FROM server_resource_templates)");
            return;
        }

        AddUris(sql.Add(" AND ("), "server_resources");
        AddUris(sql.Add(" OR "), "server_resource_templates");
        sql.Add(")");
    }

    private void AddUris(SqlText sql, string source)
    {
        sql.Add("EXISTS (SELECT 1 FROM ").Add(source).Add(" AS x WHERE x.tenant_id = s.tenant_id AND x.server_id = s.id AND ");
        AddUri(sql);
        sql.Add(")");
    }
}
