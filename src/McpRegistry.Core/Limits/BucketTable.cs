using System.Collections.Concurrent;

namespace McpRegistry.Limits;

/// <summary>
/// The buckets in use, up to a bound. Only full ones make room, so that nobody gains by it. While all are in use, newcomers
/// share a fixed number of buckets: a flood of addresses limits itself and costs no memory.
/// </summary>
internal sealed class BucketTable
{
    private const int SharedBuckets = 4096;

    private readonly ConcurrentDictionary<BucketKey, TokenBucket> _buckets = new();
    private readonly TokenBucket[] _shared = new TokenBucket[SharedBuckets];
    private readonly int _capacity;
    private readonly TimeProvider _time;
    private long _sweepAt;
    private int _count;

    public BucketTable(int capacity, TimeProvider time)
    {
        _capacity = capacity;
        _time = time;
        for (var i = 0; i < SharedBuckets; i++)
        {
            _shared[i] = new TokenBucket();
        }
    }

    /// <summary>Gets the number of buckets that are not shared.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes a token; gets how long to wait when there is none.</summary>
    public bool TryTake(in BucketKey key, in TokenRate rate, long now, out long wait)
    {
        while (true)
        {
            if (Find(key, now).TryTake(now, rate, out wait) is { } taken)
            {
                return taken;
            }

            // It was retired between the two, and is being taken out of the table.
        }
    }

    public void PutBack(in BucketKey key, in TokenRate rate) => Existing(key).PutBack(rate);

    public int Read(in BucketKey key, in TokenRate rate, long now) =>
        _buckets.TryGetValue(key, out var bucket) ? bucket.Count(now, rate) : rate.Capacity;

    /// <summary>Fills the buckets of a kind and name that the predicate accepts; the shared ones stay.</summary>
    public void Fill(Func<BucketKey, bool> accepts)
    {
        foreach (var pair in _buckets)
        {
            if (accepts(pair.Key))
            {
                pair.Value.Fill();
            }
        }
    }

    /// <summary>Lets go of all buckets that are full.</summary>
    public void Sweep()
    {
        var now = _time.GetTimestamp();
        foreach (var pair in _buckets)
        {
            if (pair.Value.TryRetire(now) && _buckets.TryRemove(pair))
            {
                Interlocked.Decrement(ref _count);
            }
        }
    }

    private TokenBucket Find(in BucketKey key, long now)
    {
        if (_buckets.TryGetValue(key, out var bucket))
        {
            return bucket;
        }

        if (Volatile.Read(ref _count) >= _capacity)
        {
            TryMakeRoom(now);
        }

        if (Interlocked.Increment(ref _count) > _capacity)
        {
            Interlocked.Decrement(ref _count);
            return Existing(key);
        }

        bucket = new TokenBucket();
        if (_buckets.TryAdd(key, bucket))
        {
            return bucket;
        }

        Interlocked.Decrement(ref _count);
        return Existing(key);
    }

    private TokenBucket Existing(in BucketKey key) =>
        _buckets.TryGetValue(key, out var bucket) ? bucket : _shared[(uint)key.GetHashCode() % SharedBuckets];

    /// <summary>Looks through the table once a second at most, whatever the flood.</summary>
    private void TryMakeRoom(long now)
    {
        var at = Volatile.Read(ref _sweepAt);
        if (now >= at && Interlocked.CompareExchange(ref _sweepAt, now + _time.TimestampFrequency, at) == at)
        {
            Sweep();
        }
    }
}
