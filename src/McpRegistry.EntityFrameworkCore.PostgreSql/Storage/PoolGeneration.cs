using Npgsql;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

/// <summary>
/// One data source of a pool, with the size it was built with. It ends when the pool has moved on and the last context that
/// uses it is gone: a context opens its connection anew for each query, and must find the source there each time.
/// </summary>
internal sealed class PoolGeneration(PostgreSqlPool pool, NpgsqlDataSource source, int size)
{
    // The pool itself counts as one until it moves on.
    private int _holders = 1;

    public PostgreSqlPool Pool => pool;

    public NpgsqlDataSource Source => source;

    public int Size => size;

    /// <summary>Takes part in the generation, unless it has ended.</summary>
    public PoolLease? TryLease()
    {
        var holders = Volatile.Read(ref _holders);
        while (holders > 0)
        {
            var seen = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
            if (seen == holders)
            {
                return new PoolLease(this);
            }

            holders = seen;
        }

        return null;
    }

    /// <summary>Lets idle connections go at once and busy ones when they are returned.</summary>
    public void Retire()
    {
        source.Clear();
        Release();
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            source.Dispose();
            pool.Ended();
        }
    }
}
