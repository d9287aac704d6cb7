using System.Collections.Concurrent;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Snapshots;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;

namespace McpRegistry.Gateway.Caching;

/// <summary>
/// The kept responses of all servers, bounded in bytes and number. Readers take no lock; what is old is found when somebody asks
/// for it or when room is needed, so that no timer runs.
/// </summary>
internal sealed class ResponseCache
{
    private readonly Lock _writing = new();
    private readonly ConcurrentDictionary<Guid, CacheShelf> _shelves = new();
    private readonly RegistrySnapshots _snapshots;
    private readonly ResponseCacheOptions _options;
    private readonly TimeProvider _time;
    private readonly CacheInstruments _instruments;
    private CachedResponse? _oldest;
    private CachedResponse? _newest;
    private long _bytes;
    private int _count;

    public ResponseCache(RegistrySnapshots snapshots, IOptions<ResponseCacheOptions> options, TimeProvider time, CacheInstruments instruments)
    {
        (_snapshots, _options, _time, _instruments) = (snapshots, options.Value, time, instruments);
        instruments.Observe(() => Bytes, () => Count);
    }

    public long Bytes => Volatile.Read(ref _bytes);

    public int Count => Volatile.Read(ref _count);

    /// <summary>Finds the shelf of a server; null when the request is about a state of it that has passed.</summary>
    public CacheShelf? ShelfOf(ServerEntry server) =>
        _shelves.TryGetValue(server.Server.Id, out var shelf) && shelf.IsOf(server) ? shelf : Renew(server);

    /// <summary>Finds a response.</summary>
    /// <param name="shelf">The server's shelf.</param>
    /// <param name="key">What was asked and by whom.</param>
    /// <param name="orStale">Whether an old one will do.</param>
    public CachedResponse? Find(CacheShelf shelf, in ResponseKey key, bool orStale = false)
    {
        if (!shelf.Responses.TryGetValue(key, out var response))
        {
            return null;
        }

        var age = _time.GetElapsedTime(response.ExpiresAt);
        if (age < TimeSpan.Zero || (orStale && age < _options.StaleOnError))
        {
            if (!response.WasUsed)
            {
                response.WasUsed = true;
            }

            return response;
        }

        if (age >= _options.StaleOnError)
        {
            lock (_writing)
            {
                Remove_NeedsLock(response);
            }
        }

        return null;
    }

    /// <summary>Keeps a response, unless the server has changed since it was asked for, or the response is too large.</summary>
    public void Add(CachePlace place, ResponseKey key, ReadOnlySpan<byte> result, CacheableResult layout, string? uri)
    {
        if (result.Length > _options.MaxEntryBytes)
        {
            return;
        }

        var expiresAt = _time.GetTimestamp() + (long)(layout.Hint.TtlMs / 1000.0 * _time.TimestampFrequency);
        var response = new CachedResponse(place.Shelf, key.Owned(), result.ToArray(), layout, expiresAt, uri);
        lock (_writing)
        {
            if (place.Shelf.IsGone || place.Shelf.Epoch != place.Epoch || response.Size > _options.MaxBytes)
            {
                return;
            }

            if (place.Shelf.Responses.TryGetValue(key, out var replaced))
            {
                Remove_NeedsLock(replaced);
            }

            MakeRoom_NeedsLock(response.Size);
            place.Shelf.Responses[response.Key] = response;
            Append_NeedsLock(response);
            _bytes += response.Size;
            _count++;
        }
    }

    /// <summary>Forgets what an announcement is about; <see cref="McpMethod.Unknown"/> is a gap in which any may have been missed.</summary>
    public void Changed(Guid server, McpMethod notification) => Forget(server, response => notification switch
    {
        McpMethod.ToolsListChanged => response.Key.Method == McpMethod.ToolsList,
        McpMethod.PromptsListChanged => response.Key.Method == McpMethod.PromptsList,
        McpMethod.ResourcesListChanged =>
            response.Key.Method is McpMethod.ResourcesList or McpMethod.ResourceTemplatesList or McpMethod.ResourcesRead,
        _ => true,
    });

    /// <summary>Forgets a resource. A server may name a part of what was read (2026-07-28, resources).</summary>
    public void Updated(Guid server, string uri) =>
        Forget(server, response => response.Uri is { } read && uri.StartsWith(read, StringComparison.Ordinal));

    /// <summary>Forgets all of a server that is no more, or is reached in another way.</summary>
    /// <param name="server">The server.</param>
    /// <param name="connections">How it was reached; what is kept of its successor stays.</param>
    public void Removed(Guid server, IServerConnections connections)
    {
        lock (_writing)
        {
            if (_shelves.TryGetValue(server, out var shelf) && ReferenceEquals(shelf.Connections, connections))
            {
                Discard_NeedsLock(server, shelf);
            }
        }
    }

    private CacheShelf? Renew(ServerEntry server)
    {
        lock (_writing)
        {
            var id = server.Server.Id;
            if (!_snapshots.Current.Servers.TryGetValue(id, out var current)
                || !ReferenceEquals(current.Connections, server.Connections) || !ReferenceEquals(current.Report, server.Report))
            {
                return null;
            }

            if (_shelves.TryGetValue(id, out var known))
            {
                if (known.TryFollow_NeedsLock(server))
                {
                    return known;
                }

                Discard_NeedsLock(id, known);
            }

            return _shelves[id] = new CacheShelf(server.Connections, server.Report!);
        }
    }

    private void Forget(Guid server, Func<CachedResponse, bool> which)
    {
        lock (_writing)
        {
            if (!_shelves.TryGetValue(server, out var shelf))
            {
                return;
            }

            shelf.Change_NeedsLock();
            foreach (var (_, response) in shelf.Responses)
            {
                if (which(response))
                {
                    Remove_NeedsLock(response);
                }
            }
        }
    }

    private void Discard_NeedsLock(Guid server, CacheShelf shelf)
    {
        shelf.IsGone = true;
        _shelves.TryRemove(server, out _);
        foreach (var (_, response) in shelf.Responses)
        {
            Remove_NeedsLock(response);
        }
    }

    /// <summary>Goes around from the oldest on; what was of use meanwhile gets another round.</summary>
    private void MakeRoom_NeedsLock(long bytes)
    {
        while (_oldest is { } oldest && (_bytes + bytes > _options.MaxBytes || _count >= _options.MaxEntries))
        {
            if (oldest.WasUsed && _time.GetElapsedTime(oldest.ExpiresAt) < TimeSpan.Zero)
            {
                oldest.WasUsed = false;
                Unlink_NeedsLock(oldest);
                Append_NeedsLock(oldest);
            }
            else
            {
                Remove_NeedsLock(oldest);
                _instruments.Evicted();
            }
        }
    }

    private void Remove_NeedsLock(CachedResponse response)
    {
        // Two that find it old at once both come here.
        if (response.Shelf.Responses.TryRemove(KeyValuePair.Create(response.Key, response)))
        {
            Unlink_NeedsLock(response);
            _bytes -= response.Size;
            _count--;
        }
    }

    private void Append_NeedsLock(CachedResponse response)
    {
        (response.Older, response.Newer) = (_newest, null);
        _ = _newest is null ? _oldest = response : _newest.Newer = response;
        _newest = response;
    }

    private void Unlink_NeedsLock(CachedResponse response)
    {
        _ = response.Older is null ? _oldest = response.Newer : response.Older.Newer = response.Newer;
        _ = response.Newer is null ? _newest = response.Older : response.Newer.Older = response.Older;
    }
}
