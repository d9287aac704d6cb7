using System.Collections.Concurrent;

namespace McpRegistry.Tenancy;

/// <summary>
/// All tenants in memory, in step with the store, so that the status of a tenant costs a request neither a read nor an
/// allocation. A tenant that is not here is none; the global tenant always is one, and active.
/// </summary>
internal sealed class TenantDirectory
{
    private readonly ConcurrentDictionary<TenantId, KnownTenant> _tenants = [];
    private readonly ConcurrentDictionary<string, TenantId> _slugs = new(StringComparer.Ordinal);
    private readonly Lock _writing = new();
    private Action<TenantId>[] _onShutOut = [];
    private Action<TenantId, bool>[] _onTurn = [];

    // Only while all tenants are being read.
    private HashSet<TenantId>? _changedMeanwhile;
    private long _removals;

    public int Count => _tenants.Count;

    /// <summary>Gets how often tenants were taken out. Whoever is about to read or write one remembers it.</summary>
    public long Removals => Volatile.Read(ref _removals);

    /// <summary>Has an action told of each tenant that is shut out: suspended, disabled or deleted.</summary>
    public void OnShutOut(Action<TenantId> action)
    {
        lock (_writing)
        {
            _onShutOut = [.. _onShutOut, action];
        }
    }

    /// <summary>
    /// Has an action told, before whoever changes a tenant goes on, that the tenant is shut out or is not any more. It is told of those that
    /// are shut out now as well.
    /// </summary>
    public void OnTurn(Action<TenantId, bool> action)
    {
        lock (_writing)
        {
            _onTurn = [.. _onTurn, action];
            foreach (var (tenant, known) in _tenants)
            {
                if (!known.IsActive)
                {
                    action(tenant, true);
                }
            }
        }
    }

    /// <summary>Gets the status of a tenant; null when there is no such tenant.</summary>
    public TenantStatus? GetStatus(TenantId tenant) =>
        tenant.IsGlobal ? TenantStatus.Active : _tenants.TryGetValue(tenant, out var known) ? known.Status : null;

    /// <summary>Tells whether a tenant is known and not active.</summary>
    public bool IsShutOut(TenantId tenant) => !tenant.IsGlobal && _tenants.TryGetValue(tenant, out var known) && !known.IsActive;

    /// <summary>Gets a token that is cancelled when the tenant is shut out; it is already for one that is no active tenant.</summary>
    public CancellationToken GetEnding(TenantId tenant) =>
        tenant.IsGlobal ? CancellationToken.None : _tenants.TryGetValue(tenant, out var known) ? known.Ending.Token : new CancellationToken(canceled: true);

    /// <summary>Finds a tenant, whatever its status, by id or slug. The id of the global tenant finds that.</summary>
    public bool TryFind(ReadOnlySpan<char> slugOrId, out TenantId tenant)
    {
        if (Guid.TryParseExact(slugOrId, "D", out var id))
        {
            tenant = new TenantId(id);
            return tenant.IsGlobal || _tenants.ContainsKey(tenant);
        }

        return _slugs.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(slugOrId, out tenant);
    }

    /// <summary>
    /// Takes a row over, unless a newer one is known, or tenants were taken out since it was read or written: nobody would come again for one
    /// that is among them.
    /// </summary>
    /// <param name="row">The tenant as it was.</param>
    /// <param name="removals">What <see cref="Removals"/> was before.</param>
    /// <returns>False when tenants were taken out since.</returns>
    public bool TryPut(Tenant row, long removals)
    {
        lock (_writing)
        {
            if (_removals != removals)
            {
                return false;
            }

            if (!_tenants.TryGetValue(row.Id, out var known) || known.Version <= row.Version)
            {
                _changedMeanwhile?.Add(row.Id);
                Put_NeedsLock(row, known);
            }

            return true;
        }
    }

    /// <summary>Takes over a tenant that was written here. If others were taken out since, it is read again: the feed may have told of its end, and will not do so again.</summary>
    public ValueTask PutWrittenAsync(
        Tenant written, long removals, Func<TenantId, CancellationToken, ValueTask<Tenant?>> find, CancellationToken cancellationToken) =>
        TryPut(written, removals) ? ValueTask.CompletedTask : FollowAsync(written.Id, find, cancellationToken);

    /// <summary>Takes over what has become of a tenant. It is read: by now it may be newer than somebody said, or gone.</summary>
    public async ValueTask FollowAsync(TenantId tenant, Func<TenantId, CancellationToken, ValueTask<Tenant?>> find, CancellationToken cancellationToken)
    {
        // Each further round means that a tenant has just been taken out, which may be this one.
        long removals;
        Tenant? row;
        do
        {
            removals = Removals;
            row = await find(tenant, cancellationToken).ConfigureAwait(false);
        }
        while (row is not null && !TryPut(row, removals));

        if (row is null)
        {
            Remove(tenant);
        }
    }

    /// <summary>Forgets a tenant that was deleted.</summary>
    public void Remove(TenantId tenant)
    {
        lock (_writing)
        {
            _removals++;
            _changedMeanwhile?.Add(tenant);
            Remove_NeedsLock(tenant);
        }
    }

    /// <summary>Says that all tenants are about to be read: what changes here until <see cref="EndReplacing"/> may be older among them, missing, or still there.</summary>
    public void BeginReplacing() => Remember([]);

    /// <summary>Says that the reading is over. One that failed may not be tried again, and what changes would be remembered for ever.</summary>
    public void EndReplacing() => Remember(null);

    /// <summary>Takes over the rows that were read, even where they are older: the store may have been restored from a backup.</summary>
    /// <returns>The tenants that are known and not among them. They stay; whether they are gone must be looked up.</returns>
    public IReadOnlyList<TenantId> Replace(IReadOnlyCollection<Tenant> rows)
    {
        lock (_writing)
        {
            foreach (var row in rows)
            {
                var known = _tenants.GetValueOrDefault(row.Id);
                if (_changedMeanwhile?.Contains(row.Id) != true || known?.Version < row.Version)
                {
                    Put_NeedsLock(row, known);
                }
            }

            return [.. _tenants.Keys.Except(rows.Select(static row => row.Id))];
        }
    }

    private void Remember(HashSet<TenantId>? changed)
    {
        lock (_writing)
        {
            _changedMeanwhile = changed;
        }
    }

    private void Put_NeedsLock(Tenant row, KnownTenant? known)
    {
        var isActive = row.Status == TenantStatus.Active;
        var ending = known is null || (isActive && !known.IsActive) ? new CancellationTokenSource() : known.Ending;
        _tenants[row.Id] = new KnownTenant(row.Id, row.Slug, row.Status, row.Version, ending);
        if (known is not null && known.Slug != row.Slug)
        {
            // Another tenant may have taken the old slug by now.
            _slugs.TryRemove(KeyValuePair.Create(known.Slug, row.Id));
        }

        _slugs[row.Slug] = row.Id;
        if (known?.IsActive != isActive)
        {
            Turn_NeedsLock(row.Id, !isActive);
        }

        if (!isActive)
        {
            End(row.Id, ending);
        }
    }

    private void Remove_NeedsLock(TenantId tenant)
    {
        if (_tenants.TryRemove(tenant, out var known))
        {
            _slugs.TryRemove(KeyValuePair.Create(known.Slug, tenant));
            Turn_NeedsLock(tenant, isShutOut: true);
            End(tenant, known.Ending);
        }
    }

    private void Turn_NeedsLock(TenantId tenant, bool isShutOut)
    {
        foreach (var action in _onTurn)
        {
            action(tenant, isShutOut);
        }
    }

    /// <summary>Elsewhere, because what ends is code of others and may be much.</summary>
    private void End(TenantId tenant, CancellationTokenSource ending)
    {
        if (ending.IsCancellationRequested)
        {
            return;
        }

        var actions = _onShutOut;
        _ = Task.Run(async () =>
        {
            await ending.CancelAsync().ConfigureAwait(false);
            foreach (var action in actions)
            {
                action(tenant);
            }
        });
    }
}
