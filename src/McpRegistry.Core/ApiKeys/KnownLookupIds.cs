using McpRegistry.Tenancy;
using Microsoft.Extensions.Logging;

namespace McpRegistry.ApiKeys;

/// <summary>
/// Tells the ids that nobody has without asking the store for each. Read when the first address guesses too often, kept up by
/// the change feed; until it is there, every id may be known.
/// </summary>
internal sealed class KnownLookupIds(IApiKeyStore store, ILogger<KnownLookupIds> logger)
{
    private readonly Lock _lock = new();
    private LookupIdFilter? _filter;
    private Task _reading = Task.CompletedTask;
    private volatile LookupIdFilter? _ready;

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
        if (Volatile.Read(ref _filter) is { } filter && await store.FindAsync(tenant, id, cancellationToken).ConfigureAwait(false) is { } stored)
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

    private async Task ReadAsync(LookupIdFilter filter)
    {
        try
        {
            await foreach (var lookupId in store.ReadLookupIdsAsync(CancellationToken.None).ConfigureAwait(false))
            {
                filter.Add(lookupId);
            }

            Finish(filter, filter);
        }
        catch (Exception exception)
        {
            // Guesses go on to ask the store; the next one tries again.
            logger.KnownIdsNotRead(exception);
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
