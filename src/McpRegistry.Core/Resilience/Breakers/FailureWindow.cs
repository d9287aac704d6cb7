namespace McpRegistry.Resilience;

/// <summary>
/// Counts the calls of a sliding window, without a lock: ten slices, each one word of 24 bits for which slice it is, 20 for the failures and 20 for
/// all calls.
/// </summary>
internal sealed class FailureWindow(TimeSpan window, TimeProvider time)
{
    private const int Slices = 10;
    private const int CountBits = 20;
    private const long MaxCount = (1 << CountBits) - 1;
    private const long EpochMask = (1 << 24) - 1;

    private readonly long[] _slices = new long[Slices];
    private readonly long _length = Math.Max(1, (long)(window.TotalSeconds * time.TimestampFrequency / Slices));

    public void Add(long now, bool failed)
    {
        var index = now / _length;
        ref var slice = ref _slices[index % Slices];
        while (true)
        {
            var seen = Volatile.Read(ref slice);
            var (failures, calls) = EpochOf(seen) == (index & EpochMask) ? Counts(seen) : default;
            if (calls == MaxCount)
            {
                return;
            }

            var next = ((index & EpochMask) << (2 * CountBits)) | ((failures + (failed ? 1 : 0)) << CountBits) | (calls + 1);
            if (Interlocked.CompareExchange(ref slice, next, seen) == seen)
            {
                return;
            }
        }
    }

    /// <summary>Returns the counts of the window that ends now.</summary>
    public (long Failures, long Calls) Sum(long now)
    {
        var index = now / _length;
        var sum = (Failures: 0L, Calls: 0L);
        for (var i = 0; i < Slices && index >= i; i++)
        {
            var seen = Volatile.Read(ref _slices[(index - i) % Slices]);
            var (failures, calls) = EpochOf(seen) == ((index - i) & EpochMask) ? Counts(seen) : default;
            sum = (sum.Failures + failures, sum.Calls + calls);
        }

        return sum;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        for (var i = 0; i < Slices; i++)
        {
            Volatile.Write(ref _slices[i], 0);
        }
    }

    private static long EpochOf(long slice) => (slice >> (2 * CountBits)) & EpochMask;

    private static (long Failures, long Calls) Counts(long slice) => ((slice >> CountBits) & MaxCount, slice & MaxCount);
}
