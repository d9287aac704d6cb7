namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

/// <summary>Adds up how long callers waited for a connection.</summary>
internal sealed class PoolWaits
{
    private readonly Lock _lock = new();
    private TimeSpan _sum;
    private int _count;

    public void Add(TimeSpan wait)
    {
        lock (_lock)
        {
            _sum += wait;
            _count++;
        }
    }

    /// <summary>Gets the average since the last call and begins anew; zero when there was none.</summary>
    public TimeSpan TakeAverage()
    {
        lock (_lock)
        {
            var average = _count == 0 ? TimeSpan.Zero : _sum / _count;
            (_sum, _count) = (TimeSpan.Zero, 0);
            return average;
        }
    }
}
