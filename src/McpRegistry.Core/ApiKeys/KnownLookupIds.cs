using McpRegistry.Tenancy;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.ApiKeys;

/// <summary>
/// Tells the ids that nobody has without asking the store for each. Read when the first address guesses too often, kept up by
/// the change feed, and read anew once they are old and somebody guesses; until they are there, every id may be known.
/// </summary>
internal sealed class KnownLookupIds : IAsyncDisposable, IDisposable
{
    /// <summary>For how long the ids are relied on. It bounds what is missed where the change feed is interrupted, or where there is none.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    private readonly IApiKeyStore _store;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stopped;
    private readonly Lock _lock = new();
    private volatile Known? _coming;
    private Task _reading = Task.CompletedTask;
    private volatile Known? _ready;
    private bool _isStopped;

    public KnownLookupIds(IApiKeyStore store, IOptions<ApiKeyOptions> options, TimeProvider time, ILogger<KnownLookupIds> logger)
    {
        (_store, _patience, _time, _logger) = (store, options.Value.LookupTimeout, time, logger);
        _stopped = _stopping.Token;
    }

    /// <summary>Gets the task that ends when the reading that is under way has ended.</summary>
    public Task Reading => _reading;

    public bool MayContain(string lookupId) => _ready?.Ids.MayContain(lookupId) ?? true;

    /// <summary>Begins to read the ids, unless they are there and young, or being read.</summary>
    public void Require()
    {
        var now = _time.GetUtcNow();
        if (_ready is { } ready && now - ready.Since < MaxAge)
        {
            return;
        }

        lock (_lock)
        {
            if (_coming is null)
            {
                // Set before the reading begins: a key that is added meanwhile goes in through the change feed.
                var coming = _coming = new Known(new LookupIdFilter(), now);
                _reading = Task.Run(() => ReadAsync(coming));
            }
        }
    }

    /// <summary>Takes over a key that was added or changed.</summary>
    public async ValueTask AddAsync(TenantId tenant, Guid id, CancellationToken cancellationToken)
    {
        // Those that come before those that are there: what becomes ready in between is one of the two.
        var (coming, ready) = (_coming, _ready);
        if ((coming ?? ready) is not null && await _store.FindAsync(tenant, id, cancellationToken).ConfigureAwait(false) is { } stored)
        {
            coming?.Ids.Add(stored.Key.LookupId);
            ready?.Ids.Add(stored.Key.LookupId);
        }
    }

    /// <summary>Forgets the ids, since changes are missing.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _coming = _ready = null;
        }
    }

    /// <summary>Ends a reading that is under way, which would use the store after it was disposed of.</summary>
    public async ValueTask DisposeAsync()
    {
        Stop();
        await Reading.WaitAsync(_patience, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => Stop();

    private void Stop()
    {
        if (!Interlocked.Exchange(ref _isStopped, true))
        {
            _stopping.Cancel();
            _stopping.Dispose();
        }
    }

    private async Task ReadAsync(Known coming)
    {
        try
        {
            await foreach (var lookupId in _store.ReadLookupIdsAsync(_stopped).ConfigureAwait(false))
            {
                coming.Ids.Add(lookupId);
            }

            Finish(coming, coming);
        }
        catch (Exception exception) when (!_stopped.IsCancellationRequested)
        {
            // Guesses go on to ask the store; the next one tries again.
            _logger.KnownIdsNotRead(exception);
            Finish(coming, null);
        }
    }

    private void Finish(Known coming, Known? ready)
    {
        lock (_lock)
        {
            if (ReferenceEquals(_coming, coming))
            {
                // Ready first: whoever looks at both in between sees these twice, and never neither.
                _ready = ready;
                _coming = null;
            }
        }
    }

    /// <param name="Ids">The ids.</param>
    /// <param name="Since">When their reading began.</param>
    private sealed record Known(LookupIdFilter Ids, DateTimeOffset Since);
}
