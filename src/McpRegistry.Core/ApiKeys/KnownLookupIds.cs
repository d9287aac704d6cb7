using McpRegistry.Tenancy;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.ApiKeys;

/// <summary>
/// Tells the ids that nobody has without asking the store for each. Read when the first address guesses too often, kept up by
/// the change feed; until it is there, every id may be known.
/// </summary>
internal sealed class KnownLookupIds : IAsyncDisposable, IDisposable
{
    private readonly IApiKeyStore _store;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stopped;
    private readonly Lock _lock = new();
    private LookupIdFilter? _filter;
    private Task _reading = Task.CompletedTask;
    private volatile LookupIdFilter? _ready;
    private bool _isStopped;

    public KnownLookupIds(IApiKeyStore store, IOptions<ApiKeyOptions> options, TimeProvider time, ILogger<KnownLookupIds> logger)
    {
        (_store, _patience, _time, _logger) = (store, options.Value.LookupTimeout, time, logger);
        _stopped = _stopping.Token;
    }

    /// <summary>Gets the task that ends when the reading that is under way has ended.</summary>
    public Task Reading => _reading;

    public bool MayContain(string lookupId) => _ready?.MayContain(lookupId) ?? true;

    /// <summary>Begins to read the ids, unless they are there or being read.</summary>
    public void Require()
    {
        if (_ready is not null)
        {
            return;
        }

        lock (_lock)
        {
            if (_filter is null)
            {
                // Set before the reading begins: a key that is added meanwhile goes in through the change feed.
                var filter = _filter = new LookupIdFilter();
                _reading = Task.Run(() => ReadAsync(filter));
            }
        }
    }

    /// <summary>Takes over a key that was added or changed.</summary>
    public async ValueTask AddAsync(TenantId tenant, Guid id, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _filter) is { } filter && await _store.FindAsync(tenant, id, cancellationToken).ConfigureAwait(false) is { } stored)
        {
            filter.Add(stored.Key.LookupId);
        }
    }

    /// <summary>Forgets the ids, since changes are missing.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _filter = _ready = null;
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

    private async Task ReadAsync(LookupIdFilter filter)
    {
        try
        {
            await foreach (var lookupId in _store.ReadLookupIdsAsync(_stopped).ConfigureAwait(false))
            {
                filter.Add(lookupId);
            }

            Finish(filter, filter);
        }
        catch (Exception exception) when (!_stopped.IsCancellationRequested)
        {
            // Guesses go on to ask the store; the next one tries again.
            _logger.KnownIdsNotRead(exception);
            Finish(filter, null);
        }
    }

    private void Finish(LookupIdFilter filter, LookupIdFilter? ready)
    {
        lock (_lock)
        {
            if (ReferenceEquals(_filter, filter))
            {
                _filter = _ready = ready;
            }
        }
    }
}
