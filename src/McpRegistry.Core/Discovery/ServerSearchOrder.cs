using McpRegistry.Servers;

namespace McpRegistry.Discovery;

/// <summary>The orders of <see cref="ServerSort"/>, as a comparison of places.</summary>
internal sealed class ServerSearchOrder(ServerSort sort, bool descending) : IComparer<ServerPosition>
{
    public static int RankOf(ServerHealth health) => health switch
    {
        ServerHealth.Healthy => 0,
        ServerHealth.Degraded => 1,
        ServerHealth.Unknown => 2,
        ServerHealth.Maintenance => 3,
        _ => 4,
    };

    public ServerPosition PlaceOf(FoundServer found)
    {
        var server = found.Stored.Server;
        var place = new ServerPosition { Sort = sort, Name = server.Name, Id = server.Id };
        return sort switch
        {
            ServerSort.Discovery => place with { Health = found.Health, AverageResponseTime = found.Statistics.AverageResponseTime },
            ServerSort.Created => place with { Time = server.CreatedAt },
            ServerSort.Updated => place with { Time = server.UpdatedAt },
            ServerSort.LastUsed => place with { Time = found.Statistics.LastUsedAt },
            ServerSort.RequestCount => place with { RequestCount = found.Statistics.RequestCount },
            _ => place,
        };
    }

    public int Compare(ServerPosition? x, ServerPosition? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        var difference = CompareValues(x, y);
        difference = difference != 0 ? difference : CompareNames(x, y);
        difference = difference != 0 ? difference : x.Id.CompareTo(y.Id);
        return descending ? -difference : difference;
    }

    private static int CompareNames(ServerPosition x, ServerPosition y) =>
        StoredTextOrder.Instance.Compare(StoredTextOrder.Fold(x.Name), StoredTextOrder.Fold(y.Name));

    private int CompareValues(ServerPosition x, ServerPosition y) => sort switch
    {
        ServerSort.Discovery => (RankOf(x.Health), x.AverageResponseTime ?? double.MaxValue)
            .CompareTo((RankOf(y.Health), y.AverageResponseTime ?? double.MaxValue)),
        ServerSort.Created or ServerSort.Updated or ServerSort.LastUsed => Nullable.Compare(x.Time, y.Time),
        ServerSort.RequestCount => x.RequestCount.CompareTo(y.RequestCount),
        _ => 0,
    };
}
