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

    public bool TryGet(in ApiKeyDigest digest, [NotNullWhen(true)] out ApiKey? key)
    {
        key = _entries.TryGetValue(digest, out var entry) && time.GetUtcNow() < entry.Until ? entry.Key : null;
        return key is not null;
    }

    public void Add(in ApiKeyDigest digest, ApiKey key)
    {
        if (_lifetime == TimeSpan.Zero)
        {
            return;
        }

        var now = time.GetUtcNow();
        if (_entries.Count >= _capacity)
        {
            MakeRoom(now);
        }

        _entries[digest] = new Entry(key, now + _lifetime);
    }

    /// <summary>Forgets everything, so that the next use of each key asks the store again.</summary>
    public void Clear() => _entries.Clear();

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
