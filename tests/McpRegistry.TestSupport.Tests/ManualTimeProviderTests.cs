namespace McpRegistry.TestSupport.Tests;

/// <summary>The clock that other tests trust.</summary>
public sealed class ManualTimeProviderTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Advance_TimersOnTheWay_FireInOrderAtTheirTimes()
    {
        var start = _clock.GetUtcNow();
        var fired = new List<(string, double)>();
        using var each = Timer("each", fired, start, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
        using var once = Timer("once", fired, start, TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);

        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal([("each", 2), ("once", 3), ("each", 4)], fired);
        Assert.Equal(start + TimeSpan.FromSeconds(5), _clock.GetUtcNow());
    }

    [Fact]
    public void Advance_ALongWay_IsSleptThroughAndEndsAtItsEnd()
    {
        var start = _clock.GetUtcNow();
        var fired = new List<(string, double)>();
        using var each = Timer("each", fired, start, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        using var late = Timer("late", fired, start, TimeSpan.FromDays(80), Timeout.InfiniteTimeSpan);

        _clock.Advance(TimeSpan.FromDays(90));

        var end = TimeSpan.FromDays(90).TotalSeconds;
        Assert.InRange(fired.Count, 2, 10_000);
        Assert.Equal([("each", end), ("late", end)], fired[^2..]);
        Assert.Equal(start + TimeSpan.FromDays(90), _clock.GetUtcNow());
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(("each", end + 1), fired[^1]);
    }

    private ITimer Timer(string name, List<(string, double)> fired, DateTimeOffset start, TimeSpan due, TimeSpan period) =>
        _clock.CreateTimer(_ => fired.Add((name, (_clock.GetUtcNow() - start).TotalSeconds)), null, due, period);
}
