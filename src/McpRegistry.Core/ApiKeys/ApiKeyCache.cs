using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace McpRegistry.ApiKeys;

/// <summary>
/// Remembers keys for a short time and up to a bound: by the digest of the whole text, which only the right secret gives,
/// and by look-up id, so that wrong secrets ask no store either. Reading takes no lock.
/// </summary>
internal sealed class ApiKeyCache(IOptions<ApiKeyOptions> options)
{
    // Of a full cache an eighth makes room at once, so that a scan is paid by many additions.
    private const int EvictedShare = 8;

    private readonly DigestTable _byDigest = new();
    private readonly ConcurrentDictionary<string, RememberedKey> _byLookupId = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, HashSet<RememberedKey>> _bySubject = [];
    private readonly Lock _lock = new();
    private readonly int _capacity = options.Value.CacheCapacity;
    private int _count;
    private long _epoch;

    /// <summary>Gets the number of times that something was forgotten. Take it before the store is asked for a key.</summary>
    public long Epoch => Volatile.Read(ref _epoch);

    public bool TryGet(in ApiKeyDigest digest, DateTimeOffset now, [NotNullWhen(true)] out RememberedKey? known) =>
        _byDigest.TryGet(digest, out known) && known.IsFresh(now);

    public bool TryFind(string lookupId, DateTimeOffset now, [NotNullWhen(true)] out RememberedKey? known) =>
        _byLookupId.TryGetValue(lookupId, out known) && known.IsFresh(now);

    /// <summary>
    /// Remembers a key that was read in an epoch, unless the epoch is over: then the key may have been revoked after it was
    /// read, and nobody would come again to forget it.
    /// </summary>
    public void Add(RememberedKey known, DateTimeOffset now, long epoch)
    {
        if (!known.IsFresh(now))
        {
            return;
        }

        lock (_lock)
        {
            if (_epoch != epoch)
            {
                return;
            }

            if (_byLookupId.TryGetValue(known.Key.LookupId, out var before))
            {
                Remove_NeedsLock(before);
            }
            else if (_count >= _capacity)
            {
                MakeRoom_NeedsLock(now);
            }

            _byLookupId[known.Key.LookupId] = known;
            _count++;
            foreach (var subject in SubjectsOf(known.Key))
            {
                if (!_bySubject.TryGetValue(subject, out var keys))
                {
                    _bySubject.Add(subject, keys = []);
                }

                keys.Add(known);
            }
        }
    }

    /// <summary>Has the digest of the right secret lead to its key, while the key is remembered.</summary>
    public void Bind(in ApiKeyDigest digest, RememberedKey known)
    {
        lock (_lock)
        {
            // Only one text has the right secret, so a key that is bound has this very digest.
            if (known.Digest is null && _byLookupId.TryGetValue(known.Key.LookupId, out var current) && ReferenceEquals(current, known))
            {
                known.Digest = digest;
                _byDigest.Add(known);
            }
        }
    }

    /// <summary>Forgets a key, or all keys of a tenant or owner.</summary>
    public void Remove(Guid subject)
    {
        lock (_lock)
        {
            Volatile.Write(ref _epoch, _epoch + 1);
            if (_bySubject.TryGetValue(subject, out var keys))
            {
                foreach (var known in keys.ToArray())
                {
                    Remove_NeedsLock(known);
                }
            }
        }
    }

    /// <summary>Forgets everything, so that the next use of each key asks the store again.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            Volatile.Write(ref _epoch, _epoch + 1);
            _byDigest.Clear();
            _byLookupId.Clear();
            _bySubject.Clear();
            _count = 0;
        }
    }

    private static IEnumerable<Guid> SubjectsOf(ApiKey key)
    {
        yield return key.Id;
        if (!key.Tenant.IsGlobal)
        {
            yield return key.Tenant.Value;
        }

        if (key.Owner is { } owner)
        {
            yield return owner;
        }
    }

    private void Remove_NeedsLock(RememberedKey known)
    {
        _byLookupId.TryRemove(known.Key.LookupId, out _);
        if (known.Digest is not null)
        {
            _byDigest.Remove(known);
            known.Digest = null;
        }

        _count--;
        foreach (var subject in SubjectsOf(known.Key))
        {
            if (_bySubject.TryGetValue(subject, out var keys) && keys.Remove(known) && keys.Count == 0)
            {
                _bySubject.Remove(subject);
            }
        }
    }

    /// <summary>
    /// Drops what is over, then any others. Keys live here for seconds, so that an order of last use would cost every hit
    /// more than the rare refill costs.
    /// </summary>
    private void MakeRoom_NeedsLock(DateTimeOffset now)
    {
        foreach (var (_, known) in _byLookupId)
        {
            if (!known.IsFresh(now))
            {
                Remove_NeedsLock(known);
            }
        }

        if (_count >= _capacity)
        {
            foreach (var (_, known) in _byLookupId.Take(1 + (_capacity / EvictedShare)))
            {
                Remove_NeedsLock(known);
            }
        }
    }
}
