using McpRegistry.Discovery;
using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;

namespace McpRegistry.EntityFrameworkCore.Discovery;

/// <summary>The orders of <see cref="ServerSort"/> in SQL.</summary>
internal sealed class SearchOrder(ServerSort sort, bool descending, ISearchDialect dialect)
{
    /// <summary>The time of a server that was never used, before all that were.</summary>
    private static readonly DateTimeOffset Never = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public void AddOrder(SqlText sql, string alias)
    {
        sql.Add(" ORDER BY ");
        AddColumns(sql, alias, descending ? " DESC" : "");
    }

    /// <summary>Adds the condition that a row comes after a position.</summary>
    public void AddAfter(SqlText sql, string alias, ServerPosition after)
    {
        sql.Add(" AND (");
        AddColumns(sql, alias, "");
        sql.Add(descending ? ") < (" : ") > (");
        switch (sort)
        {
            case ServerSort.Discovery:
                sql.AddValue(ServerOrder.RankOf(after.Health)).Add(", ").AddValue(after.AverageResponseTime ?? ServerOrder.Unmeasured).Add(", ");
                break;
            case ServerSort.Created or ServerSort.Updated or ServerSort.LastUsed:
                sql.AddValue(dialect.ToParameter(StoredTime.Normalize(after.Time ?? Never))).Add(", ");
                break;
            case ServerSort.RequestCount:
                sql.AddValue(after.RequestCount).Add(", ");
                break;
        }

        sql.AddValue(StoredText.Encode(ServerMapper.NameKey(after.Name))).Add(", ").AddValue(after.Id).Add(")");
    }

    public ServerPosition PositionOf(ServerEntity server)
    {
        var position = new ServerPosition { Sort = sort, Name = server.Name, Id = server.Id };
        return sort switch
        {
            ServerSort.Discovery => position with { Health = server.HealthStatus, AverageResponseTime = server.AvgResponseTime },
            ServerSort.Created => position with { Time = server.CreatedAt },
            ServerSort.Updated => position with { Time = server.UpdatedAt },
            ServerSort.LastUsed => position with { Time = server.LastUsedAt },
            ServerSort.RequestCount => position with { RequestCount = server.RequestCount },
            _ => position,
        };
    }

    private void AddColumns(SqlText sql, string alias, string direction)
    {
        switch (sort)
        {
            case ServerSort.Discovery:
                AddColumn("health_rank").Add(", ");
                AddColumn("response_order").Add(", ");
                break;
            case ServerSort.Created:
                AddColumn("created_at").Add(", ");
                break;
            case ServerSort.Updated:
                AddColumn("updated_at").Add(", ");
                break;
            case ServerSort.LastUsed:
                sql.Add("coalesce(").Add(alias).Add(".last_used_at, ").AddValue(dialect.ToParameter(Never)).Add(")").Add(direction).Add(", ");
                break;
            case ServerSort.RequestCount:
                AddColumn("request_count").Add(", ");
                break;
        }

        AddColumn("name_key").Add(", ");
        AddColumn("id");

        SqlText AddColumn(string column) => sql.Add(alias).Add(".").Add(column).Add(direction);
    }
}
