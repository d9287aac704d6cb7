using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace McpRegistry.ApiKeys;

/// <summary>Remembers keys that were found valid, for a short time and up to a bound.</summary>
internal sealed class ApiKeyCache(IOptions<ApiKeyOptions> options, TimeProvider time)
{
    private readonly ConcurrentDictionary<ApiKeyDigest, Entry> _entries = new();
    private readonly TimeSpan _lifetime = options.Value.CacheLifetime;
    private readonly int _capacity = options.Value.CacheCapacity;
    private long _epoch;

    /// <summary>Gets the number of times that something was forgotten. Take it before the store is asked for a key.</summary>
    public long Epoch => Volatile.Read(ref _epoch);

    public bool TryGet(in ApiKeyDigest digest, [NotNullWhen(true)] out ApiKey? key)
    {
        key = _entries.TryGetValue(digest, out var entry) && time.GetUtcNow() < entry.Until ? entry.Key : null;
        return key is not null;
    }

    /// <summary>
    /// Remembers a key that was read in an epoch, unless the epoch is over: then the key may have been revoked after it was
    /// read, and nobody would come again to forget it.
    /// </summary>
    public void Add(in ApiKeyDigest digest, ApiKey key, long epoch)
    {
        if (_lifetime == TimeSpan.Zero || Epoch != epoch)
        {
            return;
        }

        var now = time.GetUtcNow();
        if (_entries.Count >= _capacity)
        {
            MakeRoom(now);
        }

        _entries[digest] = new Entry(key, now + _lifetime);
        if (Epoch != epoch)
        {
            // Whoever ended the epoch may have looked before the entry was there.
            _entries.TryRemove(digest, out _);
        }
    }

    /// <summary>Forgets one key by its id in the registry.</summary>
    public void Remove(Guid id)
    {
        Interlocked.Increment(ref _epoch);
        foreach (var pair in _entries)
        {
            if (pair.Value.Key.Id == id)
            {
                _entries.TryRemove(pair);
            }
        }
    }

    /// <summary>Forgets everything, so that the next use of each key asks the store again.</summary>
    public void Clear()
    {
        Interlocked.Increment(ref _epoch);
        _entries.Clear();
    }

    /// <summary>
    /// Drops what is over; when nothing is, drops all. Entries live for seconds, so that an order of last use would cost
    /// every hit more than the rare refill costs.
    /// </summary>
    private void MakeRoom(DateTimeOffset now)
    {
        foreach (var pair in _entries)
        {
            if (pair.Value.Until <= now)
            {
                _entries.TryRemove(pair);
            }
        }

        if (_entries.Count >= _capacity)
        {
            _entries.Clear();
        }
    }

    private sealed record Entry(ApiKey Key, DateTimeOffset Until);
}
