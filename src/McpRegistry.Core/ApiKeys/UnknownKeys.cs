using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace McpRegistry.ApiKeys;

/// <summary>
/// Remembers texts that no key has, for a short time and up to a bound, so that one that is presented again and again asks no
/// store. Any change of a key ends it all: the key may be the new one.
/// </summary>
internal sealed class UnknownKeys(IOptions<ApiKeyOptions> options)
{
    private readonly TimeSpan _lifetime = options.Value.UnknownLifetime;
    private readonly int _capacity = options.Value.UnknownCapacity;
    private readonly Lock _lock = new();
    private ConcurrentDictionary<ApiKeyDigest, DateTimeOffset> _until = new();
    private int _count;
    private long _epoch;

    /// <summary>Gets the number of times that all was forgotten. Take it before the store is asked.</summary>
    public long Epoch => Volatile.Read(ref _epoch);

    public bool Contains(in ApiKeyDigest digest, DateTimeOffset now) => _until.TryGetValue(digest, out var until) && now < until;

    /// <summary>Remembers what the store did not have in an epoch, unless the epoch is over.</summary>
    public void Add(in ApiKeyDigest digest, DateTimeOffset now, long epoch)
    {
        lock (_lock)
        {
            if (_epoch != epoch || _lifetime == TimeSpan.Zero)
            {
                return;
            }

            // Guesses come once each; which of them are forgotten early makes no difference.
            if (_count >= _capacity)
            {
                Forget_NeedsLock();
            }

            _count += _until.TryAdd(digest, now + _lifetime) ? 1 : 0;
            _until[digest] = now + _lifetime;
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            Volatile.Write(ref _epoch, _epoch + 1);
            Forget_NeedsLock();
        }
    }

    private void Forget_NeedsLock()
    {
        if (_count > 0)
        {
            _until = new();
            _count = 0;
        }
    }
}
