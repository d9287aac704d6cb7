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

    public int Count => _tenants.Count;

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

    /// <summary>Takes a row over, unless a newer one is known.</summary>
    public void Put(Tenant row)
    {
        lock (_writing)
        {
            if (_tenants.TryGetValue(row.Id, out var known) && known.Version > row.Version)
            {
                return;
            }

            Put_NeedsLock(row, known);
        }
    }

    /// <summary>Forgets a tenant that was deleted.</summary>
    public void Remove(TenantId tenant)
    {
        lock (_writing)
        {
            Remove_NeedsLock(tenant);
        }
    }

    /// <summary>Takes over all rows there are, even where they are older: the store may have been restored from a backup.</summary>
    public void Replace(IReadOnlyCollection<Tenant> rows)
    {
        lock (_writing)
        {
            foreach (var gone in _tenants.Keys.Except(rows.Select(static row => row.Id)).ToList())
            {
                Remove_NeedsLock(gone);
            }

            foreach (var row in rows)
            {
                Put_NeedsLock(row, _tenants.GetValueOrDefault(row.Id));
            }
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
