using McpRegistry.Auditing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Limits;

internal sealed class InMemoryQuotaStore(InMemoryDatabase database) : IQuotaStore
{
    private readonly Dictionary<(TenantId Tenant, QuotaWindow Window), QuotaUse> _windows = [];

    public ValueTask<QuotaGrant> LeaseAsync(TenantId tenant, QuotaWindow window, QuotaDemand demand, CancellationToken cancellationToken) =>
        database.RunAsync(
            () =>
            {
                var use = _windows.GetValueOrDefault((tenant, window), new QuotaUse(0, 0, 1));
                var spent = use.Spent + demand.Debt + (use.Epoch == demand.Epoch ? demand.Spent : 0);
                var leased = use.Leased + demand.Debt;
                var granted = demand.TakeFrom(demand.Limit - leased);
                _windows[(tenant, window)] = new QuotaUse(leased + granted, spent, use.Epoch);
                return new QuotaGrant(granted, use.Epoch, Math.Max(0, demand.Limit - leased - granted), Math.Max(0, leased - spent));
            },
            cancellationToken);

    public ValueTask SettleAsync(IReadOnlyCollection<QuotaSettlement> settlements, CancellationToken cancellationToken) => database.RunAsync(
        () =>
        {
            foreach (var entry in settlements)
            {
                var key = (entry.Tenant, entry.Window);
                if (_windows.TryGetValue(key, out var use) && use.Epoch == entry.Epoch && use.Leased >= entry.Returned)
                {
                    _windows[key] = use with { Leased = use.Leased - entry.Returned, Spent = use.Spent + entry.Spent };
                }
            }
        },
        cancellationToken);

    public ValueTask<QuotaUse?> FindAsync(TenantId tenant, QuotaWindow window, CancellationToken cancellationToken) => database.RunAsync<QuotaUse?>(
        () => _windows.TryGetValue((tenant, window), out var use) ? use : null, cancellationToken);

    public ValueTask RecallAsync(TenantId tenant, Guid subject, CancellationToken cancellationToken) =>
        database.RunAsync(() => database.Record_NeedsLock(tenant, RegistryChangeKind.QuotaRecall, subject), cancellationToken);

    public ValueTask<int> ResetAsync(TenantId tenant, Guid subject, AuditEvent? audit, CancellationToken cancellationToken) => database.WriteAsync(
        audit,
        () =>
        {
            var own = _windows.Where(pair => pair.Key.Tenant == tenant && pair.Key.Window.Subject == subject).ToArray();
            foreach (var (key, use) in own)
            {
                _windows[key] = new QuotaUse(0, 0, use.Epoch + 1);
            }

            database.Record_NeedsLock(tenant, RegistryChangeKind.LimitReset, subject);
            return own.Length;
        },
        cancellationToken);

    public ValueTask<int> DeleteEndedAsync(DateTimeOffset startedBefore, int batch, CancellationToken cancellationToken)
    {
        PageSize.Check(batch);
        return database.RunAsync(
            () =>
            {
                var old = _windows.Keys.Where(key => key.Window.StartsAt < startedBefore).Take(batch).ToArray();
                Array.ForEach(old, key => _windows.Remove(key));
                return old.Length;
            },
            cancellationToken);
    }
}
