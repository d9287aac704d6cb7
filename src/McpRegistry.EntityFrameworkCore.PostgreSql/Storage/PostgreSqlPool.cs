using System.Data.Common;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

/// <summary>
/// A pool of connections whose size can change while it is used: a new data source takes over for contexts that are opened
/// from then on, and the old one ends with its last context.
/// </summary>
internal sealed class PostgreSqlPool : DbDataSource
{
    private readonly NpgsqlConnectionStringBuilder _template;
    private readonly ILoggerFactory? _loggers;
    private readonly PoolWaits _waits = new();
    private volatile PoolGeneration _current;
    private int _inUse;
    private int _generations;

    public PostgreSqlPool(string name, NpgsqlConnectionStringBuilder template, int size, ILoggerFactory? loggers)
    {
        Name = name;
        _template = template;
        _loggers = loggers;
        _current = Build(size);
    }

    /// <summary>Gets the name that metrics and logs call it by.</summary>
    public string Name { get; }

    public int Size => _current.Size;

    /// <summary>Gets how many connections are in use, those of generations that are ending included.</summary>
    public int InUse => Volatile.Read(ref _inUse);

    /// <summary>Gets how many data sources exist: the one in use and those that are ending.</summary>
    public int Generations => Volatile.Read(ref _generations);

    public override string ConnectionString => _current.Source.ConnectionString;

    /// <summary>Gets or sets what hears of every connection that was taken, and after which wait.</summary>
    public Action<TimeSpan>? Waited { get; set; }

    /// <summary>Takes part in the current generation.</summary>
    public PoolLease Lease()
    {
        while (true)
        {
            // None means that the pool moved on since the line before.
            if (_current.TryLease() is { } lease)
            {
                return lease;
            }
        }
    }

    /// <summary>
    /// Moves on to a data source of another size. The first connection is made before that, so that a server which refuses
    /// one leaves everything as it was, and no caller waits for what a new source asks the server first.
    /// </summary>
    public async Task ResizeAsync(int size, CancellationToken cancellationToken)
    {
        var next = Build(size);
        try
        {
            var first = await next.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await first.DisposeAsync().ConfigureAwait(false);
        }
        catch
        {
            next.Release();
            throw;
        }

        Interlocked.Exchange(ref _current, next).Retire();
    }

    /// <summary>Asks how many connections its server could still accept.</summary>
    public Task<int> ReadServerRoomAsync(CancellationToken cancellationToken) =>
        ServerRoom.ReadAsync(_template.ConnectionString, cancellationToken);

    /// <summary>Gets the average wait for a connection since the last call; zero when there was none.</summary>
    public TimeSpan TakeAverageWait() => _waits.TakeAverage();

    internal void Enter(TimeSpan waited)
    {
        Interlocked.Increment(ref _inUse);
        _waits.Add(waited);
        Waited?.Invoke(waited);
    }

    internal void Leave() => Interlocked.Decrement(ref _inUse);

    internal void Ended() => Interlocked.Decrement(ref _generations);

    protected override DbConnection CreateDbConnection() => _current.Source.CreateConnection();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _current.Source.Dispose();
        }

        base.Dispose(disposing);
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        await _current.Source.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsyncCore().ConfigureAwait(false);
    }

    private PoolGeneration Build(int size)
    {
        var builder = new NpgsqlDataSourceBuilder(_template.ConnectionString).UseLoggerFactory(_loggers);
        builder.ConnectionStringBuilder.MaxPoolSize = size;
        builder.ConnectionStringBuilder.MinPoolSize = Math.Min(size, builder.ConnectionStringBuilder.MinPoolSize);
        Interlocked.Increment(ref _generations);
        return new PoolGeneration(this, builder.Build(), size);
    }
}
