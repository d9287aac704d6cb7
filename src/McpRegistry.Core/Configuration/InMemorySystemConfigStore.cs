using McpRegistry.Auditing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Configuration;

internal sealed class InMemorySystemConfigStore(InMemoryDatabase database) : ISystemConfigStore
{
    private readonly Dictionary<(TenantId Tenant, string Key), SystemConfigEntry> _entries = [];

    public ValueTask<SystemConfigResult> AddAsync(TenantId tenant, SystemConfigEntry entry, AuditEvent? audit, CancellationToken cancellationToken)
    {
        if (entry.Tenant != tenant)
        {
            throw new ArgumentException("The entry belongs to another tenant than the one it is added for.", nameof(entry));
        }

        var value = StoredJson.Normalize(entry.Value ?? "", nameof(entry));
        var added = Normalize(entry) with { Value = value, Version = 1 };
        return database.WriteAsync(audit, () => Add_NeedsLock(added), cancellationToken);
    }

    public ValueTask<SystemConfigResult> UpdateAsync(TenantId tenant, SystemConfigEntry entry, AuditEvent? audit, CancellationToken cancellationToken)
    {
        var value = entry.Value is null ? null : StoredJson.Normalize(entry.Value, nameof(entry));
        var wanted = Normalize(entry) with { Tenant = tenant, Value = value };
        return database.WriteAsync(audit, () => Update_NeedsLock(wanted), cancellationToken);
    }

    public ValueTask<bool> DeleteAsync(TenantId tenant, string key, AuditEvent? audit, CancellationToken cancellationToken) => database.WriteAsync(
        audit,
        () =>
        {
            if (!_entries.Remove((tenant, key), out var stored))
            {
                return false;
            }

            database.Record_NeedsLock(tenant, RegistryChangeKind.SystemConfig, stored.Id, RegistryChangeOperation.Deleted);
            return true;
        },
        cancellationToken);

    public ValueTask<SystemConfigEntry?> FindAsync(TenantId tenant, string key, CancellationToken cancellationToken) =>
        database.RunAsync(() => Resolve_NeedsLock(tenant, key) is { } entry ? Mask(entry) : null, cancellationToken);

    public ValueTask<SystemConfigEntry?> RevealAsync(TenantId tenant, string key, CancellationToken cancellationToken) =>
        database.RunAsync(() => Resolve_NeedsLock(tenant, key), cancellationToken);

    public ValueTask<IReadOnlyList<SystemConfigEntry>> ListAsync(
        TenantId tenant, string? category, string? afterKey, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        return database.RunAsync<IReadOnlyList<SystemConfigEntry>>(
            () =>
            [
                .. _entries.Keys
                    .Where(row => row.Tenant == tenant || row.Tenant.IsGlobal)
                    .Select(static row => row.Key)
                    .Distinct(StringComparer.Ordinal)
                    .Where(key => afterKey is null || CodePointOrder.Instance.Compare(key, afterKey) > 0)
                    .Select(key => Resolve_NeedsLock(tenant, key)!)
                    .Where(entry => category is null || string.Equals(entry.Category, category, StringComparison.Ordinal))
                    .OrderBy(static entry => entry.Key, CodePointOrder.Instance)
                    .Take(limit)
                    .Select(Mask),
            ],
            cancellationToken);
    }

    private static SystemConfigEntry Normalize(SystemConfigEntry entry) => entry with
    {
        CreatedAt = StoredTime.Normalize(entry.CreatedAt),
        UpdatedAt = StoredTime.Normalize(entry.UpdatedAt),
    };

    private static SystemConfigEntry Mask(SystemConfigEntry entry) => entry.IsSensitive ? entry with { Value = null } : entry;

    private SystemConfigResult Add_NeedsLock(SystemConfigEntry added)
    {
        if (FindGlobal_NeedsLock(added.Tenant, added.Key) is { IsRuntimeConfigurable: false })
        {
            return new SystemConfigResult(SystemConfigOutcome.NotRuntimeConfigurable);
        }

        return _entries.ContainsKey((added.Tenant, added.Key)) || _entries.Values.Any(entry => entry.Id == added.Id)
            ? new SystemConfigResult(SystemConfigOutcome.Conflict)
            : Save_NeedsLock(Inherit_NeedsLock(added));
    }

    private SystemConfigResult Update_NeedsLock(SystemConfigEntry wanted)
    {
        wanted = Inherit_NeedsLock(wanted);
        var refused = _entries.GetValueOrDefault((wanted.Tenant, wanted.Key)) switch
        {
            null => SystemConfigOutcome.NotFound,
            { IsRuntimeConfigurable: false } => SystemConfigOutcome.NotRuntimeConfigurable,
            _ when FindGlobal_NeedsLock(wanted.Tenant, wanted.Key) is { IsRuntimeConfigurable: false } => SystemConfigOutcome.NotRuntimeConfigurable,
            var stored when stored.Version != wanted.Version => SystemConfigOutcome.Stale,
            { IsSensitive: true } when !wanted.IsSensitive && wanted.Value is null => SystemConfigOutcome.ValueRequired,
            _ => SystemConfigOutcome.Success,
        };
        if (refused != SystemConfigOutcome.Success)
        {
            return new SystemConfigResult(refused);
        }

        var old = _entries[(wanted.Tenant, wanted.Key)];
        return Save_NeedsLock(wanted with
        {
            Id = old.Id, CreatedAt = old.CreatedAt, Value = wanted.Value ?? old.Value, Version = old.Version + 1,
        });
    }

    private SystemConfigResult Save_NeedsLock(SystemConfigEntry entry)
    {
        _entries[(entry.Tenant, entry.Key)] = entry;
        database.Record_NeedsLock(entry.Tenant, RegistryChangeKind.SystemConfig, entry.Id);
        return new SystemConfigResult(SystemConfigOutcome.Success, Mask(Inherit_NeedsLock(entry)));
    }

    private SystemConfigEntry? Resolve_NeedsLock(TenantId tenant, string key) =>
        _entries.TryGetValue((tenant, key), out var entry) ? Inherit_NeedsLock(entry) : _entries.GetValueOrDefault((TenantId.Global, key));

    private SystemConfigEntry Inherit_NeedsLock(SystemConfigEntry entry) =>
        FindGlobal_NeedsLock(entry.Tenant, entry.Key) is { IsSensitive: true } ? entry with { IsSensitive = true } : entry;

    /// <summary>Finds what a tenant's entry overrides.</summary>
    private SystemConfigEntry? FindGlobal_NeedsLock(TenantId tenant, string key) =>
        tenant.IsGlobal ? null : _entries.GetValueOrDefault((TenantId.Global, key));
}
