namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

/// <summary>The hold of one context on its pool, and whether it has a connection open.</summary>
internal sealed class PoolLease(PoolGeneration generation) : IDisposable
{
    private int _open;
    private int _ended;

    public PoolGeneration Generation => generation;

    public void Opened(TimeSpan waited)
    {
        if (Interlocked.Exchange(ref _open, 1) == 0)
        {
            generation.Pool.Enter(waited);
        }
    }

    public void Closed()
    {
        if (Interlocked.Exchange(ref _open, 0) == 1)
        {
            generation.Pool.Leave();
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            // A connection that broke is not closed by EF Core, and so not told of.
            Closed();
            generation.Release();
        }
    }
}
