namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

/// <summary>A pool with its history, and the times before which it is left alone.</summary>
internal sealed class WatchedPool(PostgreSqlPool pool, PostgreSqlPoolScalingOptions options, DateTimeOffset start)
{
    private readonly PoolSizing _sizing = new(options);
    private DateTimeOffset _growAt = start;

    // The first samples of a host are those of a host that nobody uses yet.
    private DateTimeOffset _shrinkAt = start + options.ShrinkCoolDown;

    public PostgreSqlPool Pool => pool;

    public PoolHistory History { get; } = new(options.HistoryLength);

    /// <summary>Records the present use and tells the size that the pool should have now.</summary>
    public int Sample(DateTimeOffset now)
    {
        History.Add(new PoolSample(now, pool.Size, pool.InUse, pool.TakeAverageWait()));
        var size = _sizing.Recommend(pool.Size, History.After(now - options.Window));
        return (size > pool.Size && now >= _growAt) || (size < pool.Size && now >= _shrinkAt) ? size : pool.Size;
    }

    public void Rest(DateTimeOffset now)
    {
        _growAt = now + options.GrowCoolDown;
        _shrinkAt = now + options.ShrinkCoolDown;
    }
}
