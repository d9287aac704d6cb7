using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

/// <summary>The pools of one database, and which one serves which use.</summary>
internal sealed class PostgreSqlPools : IAsyncDisposable, IDisposable
{
    private readonly PostgreSqlPool[] _byUse;
    private readonly TimeSpan _analyticsTimeout;

    public PostgreSqlPools(string connectionString, PostgreSqlConnectionOptions options, ILoggerFactory? loggers)
    {
        _analyticsTimeout = options.Analytics.CommandTimeout;
        if (options.Shared is { } shared)
        {
            var template = PoolConnectionString.Create(connectionString, options, shared, null);
            All = [new PostgreSqlPool("shared", template, shared.Size, loggers)];
            _byUse = [All[0], All[0], All[0]];
            return;
        }

        _byUse =
        [
            Create("read", connectionString, options.Read, ConnectionUse.Read),
            Create("write", connectionString, options.Write, ConnectionUse.Write),
            Create("analytics", options.AnalyticsConnectionString ?? connectionString, options.Analytics, ConnectionUse.Analytics),
        ];
        All = _byUse;

        PostgreSqlPool Create(string name, string target, PostgreSqlPoolOptions pool, ConnectionUse use) =>
            new(name, PoolConnectionString.Create(target, options, pool, use), pool.Size, loggers);
    }

    public IReadOnlyList<PostgreSqlPool> All { get; }

    public PostgreSqlPool this[ConnectionUse use] => _byUse[(int)use];

    /// <summary>Lets a context hold the pool of its use, and gives it a connection of that pool's present generation.</summary>
    public void Attach(RegistryDbContext context, ConnectionUse use)
    {
        var lease = this[use].Lease();
        context.Hold(lease);
        if (!ReferenceEquals(context.Connections, lease.Generation))
        {
            context.Database.SetDbConnection(lease.Generation.Source.CreateConnection(), contextOwnsConnection: true);
            context.Connections = lease.Generation;
        }

        if (use == ConnectionUse.Analytics)
        {
            // Where one pool serves all, its connections know only the time of short commands.
            context.Database.SetCommandTimeout(_analyticsTimeout);
        }
    }

    public void Dispose()
    {
        foreach (var pool in All)
        {
            pool.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var pool in All)
        {
            await pool.DisposeAsync().ConfigureAwait(false);
        }
    }
}
