using System.Collections.Concurrent;
using McpRegistry.Hosting;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.Extensions.Logging;

namespace McpRegistry.Limits;

/// <summary>The limits of tenants whose settings have some. Loaded at start, and kept in step with the store.</summary>
internal sealed class TenantLimitTable(ITenantStore tenants, ILogger<TenantLimitTable> logger) : IStartupTask, IChangeHandler
{
    private const int PageLength = 1000;

    private readonly ConcurrentDictionary<TenantId, TenantLimits> _limits = new();
    private volatile bool _isFollowed;

    public int Order => StartupOrder.LoadLimits;

    public TenantLimits Find(TenantId tenant) => _limits.TryGetValue(tenant, out var limits) ? limits : TenantLimits.None;

    public Task RunAsync(CancellationToken cancellationToken)
    {
        _isFollowed = true;
        return ReloadAsync(cancellationToken).AsTask();
    }

    /// <summary>Takes over what was read of a tenant, where no host loads and follows the table.</summary>
    public void Learn(Tenant tenant)
    {
        if (!_isFollowed)
        {
            Take(tenant);
        }
    }

    public async ValueTask ApplyAsync(RegistryChange change, CancellationToken cancellationToken)
    {
        if (change.Kind != RegistryChangeKind.Tenant)
        {
            return;
        }

        var id = new TenantId(change.Id);
        if (await tenants.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } tenant)
        {
            Take(tenant);
        }
        else
        {
            _limits.TryRemove(id, out _);
        }
    }

    public async ValueTask ReloadAsync(CancellationToken cancellationToken)
    {
        var seen = new HashSet<TenantId>();
        IReadOnlyList<Tenant> page;
        string? after = null;
        do
        {
            page = await tenants.ListAsync(after, PageLength, cancellationToken).ConfigureAwait(false);
            foreach (var tenant in page)
            {
                Take(tenant);
                seen.Add(tenant.Id);
                after = tenant.Slug;
            }
        }
        while (page.Count == PageLength);
        foreach (var gone in _limits.Keys.Where(id => !seen.Contains(id)))
        {
            _limits.TryRemove(gone, out _);
        }
    }

    private void Take(Tenant tenant)
    {
        var faults = new List<ValidationFault>();
        var limits = TenantLimitReader.Read(tenant.Settings, faults);
        foreach (var fault in faults)
        {
            logger.BadTenantLimits(tenant.Id.Value, fault.Path, fault.Message);
        }

        if (limits == TenantLimits.None)
        {
            _limits.TryRemove(tenant.Id, out _);
        }
        else
        {
            _limits[tenant.Id] = limits;
        }
    }
}
