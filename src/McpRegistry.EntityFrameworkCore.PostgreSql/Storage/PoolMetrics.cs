using System.Diagnostics.Metrics;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

/// <summary>Size, use, waits and resizes of the pools, told apart by the tag <c>pool</c>.</summary>
internal sealed class PoolMetrics : IDisposable
{
    public const string MeterName = "McpRegistry";

    private static readonly InstrumentAdvice<double> WaitBuckets = new()
    {
        HistogramBucketBoundaries = [0.0001, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30],
    };

    private readonly Meter _meter;
    private readonly bool _owned;
    private readonly Counter<long> _resizes;

    public PoolMetrics(IMeterFactory? meters, IReadOnlyList<PostgreSqlPool> pools)
    {
        _owned = meters is null;
        _meter = meters?.Create(new MeterOptions(MeterName)) ?? new Meter(MeterName);
        _meter.CreateObservableUpDownCounter(
            "mcp_registry.storage.pool.size", () => Measure(pools, pool => pool.Size), "{connection}", "The most connections of a pool.");
        _meter.CreateObservableUpDownCounter(
            "mcp_registry.storage.pool.in_use", () => Measure(pools, pool => pool.InUse), "{connection}", "Connections in use.");
        _resizes = _meter.CreateCounter<long>("mcp_registry.storage.pool.resizes", "{resize}", "How often a pool grew or shrank.");
        var waits = _meter.CreateHistogram("mcp_registry.storage.pool.wait", "s", "How long callers waited for a connection.", advice: WaitBuckets);
        foreach (var pool in pools)
        {
            var tag = Tag(pool);
            pool.Waited = wait => waits.Record(wait.TotalSeconds, tag);
        }
    }

    public void Resized(PostgreSqlPool pool) => _resizes.Add(1, Tag(pool));

    public void Dispose()
    {
        // A factory ends its meters itself.
        if (_owned)
        {
            _meter.Dispose();
        }
    }

    private static IEnumerable<Measurement<int>> Measure(IReadOnlyList<PostgreSqlPool> pools, Func<PostgreSqlPool, int> read) =>
        pools.Select(pool => new Measurement<int>(read(pool), Tag(pool)));

    private static KeyValuePair<string, object?> Tag(PostgreSqlPool pool) => new("pool", pool.Name);
}
