using McpRegistry.Storage;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

/// <summary>The last samples of a pool.</summary>
internal sealed class PoolHistory(int capacity)
{
    private static readonly TimeSpan ReportWindow = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Queue<PoolSample> _samples = new();

    public void Add(PoolSample sample)
    {
        lock (_lock)
        {
            if (_samples.Count == capacity)
            {
                _samples.Dequeue();
            }

            _samples.Enqueue(sample);
        }
    }

    /// <summary>Gets the samples after a moment, oldest first.</summary>
    public IReadOnlyList<PoolSample> After(DateTimeOffset moment)
    {
        lock (_lock)
        {
            return [.. _samples.Where(sample => sample.At > moment)];
        }
    }

    /// <summary>Sums up the last hour.</summary>
    public StoragePoolHealth Report(PostgreSqlPool pool, DateTimeOffset now)
    {
        var samples = After(now - ReportWindow);
        var waits = samples.Where(sample => sample.Wait > TimeSpan.Zero).ToList();
        return new StoragePoolHealth
        {
            Name = pool.Name,
            Size = pool.Size,
            InUse = pool.InUse,
            AverageUtilisation = samples.Count == 0 ? 0 : samples.Average(sample => sample.Utilisation),
            PeakUtilisation = samples.Count == 0 ? 0 : samples.Max(sample => sample.Utilisation),
            AverageWait = waits.Count == 0 ? TimeSpan.Zero : TimeSpan.FromTicks((long)waits.Average(sample => sample.Wait.Ticks)),
            Samples = samples.Count,
        };
    }
}
