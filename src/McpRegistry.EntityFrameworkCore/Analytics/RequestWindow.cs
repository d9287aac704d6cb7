using McpRegistry.EntityFrameworkCore.Storage;

namespace McpRegistry.EntityFrameworkCore.Analytics;

/// <summary>The time that a question is about: later than <see cref="After"/>, up to <see cref="UpTo"/>.</summary>
internal readonly record struct RequestWindow(int Hours, DateTimeOffset UpTo)
{
    private const int LongestHours = 87_600;

    public DateTimeOffset After => UpTo.AddHours(-Hours);

    public static RequestWindow EndingNow(int hours, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hours, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hours, LongestHours);
        return new RequestWindow(hours, StoredTime.Normalize(time.GetUtcNow()));
    }
}
