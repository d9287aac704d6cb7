using McpRegistry.Discovery;
using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;

namespace McpRegistry.EntityFrameworkCore.Discovery;

/// <summary>The orders of <see cref="ServerSort"/> in SQL.</summary>
internal sealed class SearchOrder(ServerSort sort, bool descending, ISearchDialect dialect)
{
    private const string LastUsed = "last_used_at";

    /// <summary>The time of a server that was never used, before all that were.</summary>
    private static readonly DateTimeOffset Never = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Names = ["0", "1"];

    private readonly string[] _keys = sort switch
    {
        ServerSort.Discovery => ["health_rank", "response_order"],
        ServerSort.Created => ["created_at"],
        ServerSort.Updated => ["updated_at"],
        ServerSort.LastUsed => [LastUsed],
        ServerSort.RequestCount => ["request_count"],
        _ => [],
    };

    /// <summary>Adds the values by which the servers <c>s</c> are ordered, under names of their own.</summary>
    public void AddKeys(SqlText sql)
    {
        var number = 0;
        foreach (var key in _keys)
        {
            AddKey(sql, key).Add(" AS k").Add(Names[number++]).Add(", ");
        }

        sql.Add("s.name_key, s.id");
    }

    /// <summary>Adds the order of servers <c>s</c>.</summary>
    public void AddOrder(SqlText sql)
    {
        var direction = descending ? " DESC, " : ", ";
        sql.Add(" ORDER BY ");
        foreach (var key in _keys)
        {
            AddKey(sql, key).Add(direction);
        }

        sql.Add("s.name_key").Add(direction).Add(descending ? "s.id DESC" : "s.id");
    }

    /// <summary>Adds the order of rows <c>u</c> with the values of <see cref="AddKeys"/>.</summary>
    public void AddOrderOfKeys(SqlText sql)
    {
        var direction = descending ? " DESC, " : ", ";
        sql.Add(" ORDER BY ");
        for (var number = 0; number < _keys.Length; number++)
        {
            sql.Add("u.k").Add(Names[number]).Add(direction);
        }

        sql.Add("u.name_key").Add(direction).Add(descending ? "u.id DESC" : "u.id");
    }

    /// <summary>Adds the condition that a server <c>s</c> comes after a position.</summary>
    public void AddAfter(SqlText sql, ServerPosition after)
    {
        sql.Add(" AND (");
        foreach (var key in _keys)
        {
            AddKey(sql, key).Add(", ");
        }

        sql.Add(descending ? "s.name_key, s.id) < (" : "s.name_key, s.id) > (");
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

    private SqlText AddKey(SqlText sql, string column) => column == LastUsed
        ? sql.Add("coalesce(s.last_used_at, ").AddValue(dialect.ToParameter(Never)).Add(")")
        : sql.Add("s.").Add(column);
}
