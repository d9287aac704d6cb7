using System.Collections.Concurrent;

namespace McpRegistry.Limits;

/// <summary>
/// Counts refused requests of addresses and bans those with too many. The table is bounded: when it is full of addresses that
/// offended within the hour, further ones are limited as ever, but not counted.
/// </summary>
internal sealed class AddressBans(RateOptions options, TimeProvider time)
{
    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<Guid, Offender> _offenders = new();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Tells for how long an address is still banned; zero when it is not.</summary>
    public TimeSpan Left(Guid address)
    {
        if (Count == 0 || !_offenders.TryGetValue(address, out var offender))
        {
            return TimeSpan.Zero;
        }

        lock (offender)
        {
            var left = offender.BannedUntil - time.GetUtcNow();
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Counts a refused request; true when it was the one too many.</summary>
    public bool Offend(Guid address)
    {
        if (options.BanAfter == 0 || Find(address) is not { } offender)
        {
            return false;
        }

        var now = time.GetUtcNow();
        lock (offender)
        {
            offender.Offences = now - offender.LastSeen > Memory ? 1 : offender.Offences + 1;
            offender.LastSeen = now;
            if (offender.Offences < options.BanAfter)
            {
                return false;
            }

            offender.Offences = 0;
            offender.BannedUntil = now + options.BanDuration;
            return true;
        }
    }

    public void Reset(Guid address)
    {
        if (_offenders.TryRemove(address, out _))
        {
            Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>Forgets offences that are an hour old and bans that are over.</summary>
    public void Sweep()
    {
        var now = time.GetUtcNow();
        foreach (var pair in _offenders)
        {
            if (now - pair.Value.LastSeen > Memory && pair.Value.BannedUntil <= now && _offenders.TryRemove(pair))
            {
                Interlocked.Decrement(ref _count);
            }
        }
    }

    private Offender? Find(Guid address)
    {
        if (_offenders.TryGetValue(address, out var offender))
        {
            return offender;
        }

        if (Interlocked.Increment(ref _count) <= options.Capacity)
        {
            offender = new Offender { LastSeen = time.GetUtcNow() };
            if (_offenders.TryAdd(address, offender))
            {
                return offender;
            }
        }

        Interlocked.Decrement(ref _count);
        return _offenders.GetValueOrDefault(address);
    }

    private sealed class Offender
    {
        public int Offences { get; set; }

        public DateTimeOffset LastSeen { get; set; }

        public DateTimeOffset BannedUntil { get; set; }
    }
}
