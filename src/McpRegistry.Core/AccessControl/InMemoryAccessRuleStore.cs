using McpRegistry.Auditing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.AccessControl;

internal sealed class InMemoryAccessRuleStore : IAccessRuleStore
{
    private readonly InMemoryDatabase _database;
    private readonly InMemoryAccessRuleTable _rules;

    public InMemoryAccessRuleStore(InMemoryDatabase database)
    {
        _database = database;
        _rules = database.AccessRules;
        database.OnServerDeleted((_, id) => RemoveWhere(rule => rule.ServerId == id));
        database.OnDeleted(RegistryChangeKind.User, (_, id) => RemoveWhere(rule => rule.Subject == AccessSubject.ForUser(id)));
        database.OnDeleted(RegistryChangeKind.ApiKey, (_, id) => RemoveWhere(rule => rule.Subject == AccessSubject.ForApiKey(id)));
    }

    public ValueTask<StoreResult<AccessRule>> AddAsync(TenantId tenant, AccessRule rule, AuditEvent? audit, CancellationToken cancellationToken)
    {
        if (rule.Tenant != tenant)
        {
            throw new ArgumentException("The rule belongs to another tenant than the one it is added for.", nameof(rule));
        }

        Check(rule.Subject);
        var added = Normalize(rule) with { LastAccess = null, AccessCount = 0, Version = 1 };
        return _database.WriteAsync(
            audit,
            () => FindMissing_NeedsLock(added) is { } field
                ? StoreResult<AccessRule>.Conflict(field)
                : _rules.Contains(added.Id) ? StoreResult<AccessRule>.Conflict("id") : Save_NeedsLock(added),
            cancellationToken);
    }

    public ValueTask<StoreResult<AccessRule>> UpdateAsync(TenantId tenant, AccessRule rule, AuditEvent? audit, CancellationToken cancellationToken)
    {
        Check(rule.Subject);
        var wanted = Normalize(rule) with { Tenant = tenant };
        return _database.WriteAsync(audit, () => Update_NeedsLock(wanted), cancellationToken);
    }

    public ValueTask<StoreDeletion> DeleteAsync(TenantId tenant, Guid id, long? expectedVersion, AuditEvent? audit, CancellationToken cancellationToken) => _database.WriteAsync(
        audit,
        () =>
        {
            if (Find_NeedsLock(tenant, id) is not { } stored)
            {
                return StoreDeletion.NotFound();
            }

            if (expectedVersion is { } version && version != stored.Version)
            {
                return StoreDeletion.Stale();
            }

            _rules.Remove(id);
            _database.Record_NeedsLock(tenant, RegistryChangeKind.AccessControl, id, RegistryChangeOperation.Deleted);
            return StoreDeletion.Success();
        },
        cancellationToken);

    public ValueTask<AccessRule?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) =>
        _database.RunAsync(() => Find_NeedsLock(tenant, id), cancellationToken);

    public ValueTask<IReadOnlyList<AccessRule>> ListByServerAsync(
        TenantId tenant, Guid serverId, Guid? afterId, int limit, CancellationToken cancellationToken) =>
        ListAsync(rule => rule.Tenant == tenant && rule.ServerId == serverId, afterId, limit, cancellationToken);

    public ValueTask<IReadOnlyList<AccessRule>> ListBySubjectAsync(
        TenantId tenant, AccessSubject subject, Guid? afterId, int limit, CancellationToken cancellationToken)
    {
        Check(subject);
        return ListAsync(rule => rule.Tenant == tenant && rule.Subject == subject, afterId, limit, cancellationToken);
    }

    public IAsyncEnumerable<AccessRule> ReadAllAsync(CancellationToken cancellationToken) =>
        _database.ReadAsync<AccessRule>(() => [.. _rules.All], cancellationToken);

    public async ValueTask RecordAccessAsync(
        TenantId tenant, IReadOnlyCollection<AccessRuleUse> uses, CancellationToken cancellationToken) => await _database.RunAsync(
        () =>
        {
            foreach (var use in uses)
            {
                if (Find_NeedsLock(tenant, use.RuleId) is { } rule)
                {
                    var at = StoredTime.Normalize(use.LastAccess);
                    _rules.Put(rule with
                    {
                        AccessCount = rule.AccessCount + use.Count,
                        LastAccess = rule.LastAccess > at ? rule.LastAccess : at,
                    });
                }
            }

            return true;
        },
        cancellationToken).ConfigureAwait(false);

    private static void Check(AccessSubject subject)
    {
        if (subject.Kind is not (AccessSubjectKind.User or AccessSubjectKind.Tenant or AccessSubjectKind.ApiKey))
        {
            throw new ArgumentException("The rule is about nobody.", nameof(subject));
        }
    }

    public static AccessRule Normalize(AccessRule rule) => rule with
    {
        AllowedMethods = rule.AllowedMethods.IsDefault ? [] : rule.AllowedMethods,
        DeniedMethods = rule.DeniedMethods.IsDefault ? [] : rule.DeniedMethods,
        AllowedDays = rule.AllowedDays.IsDefault ? [] : rule.AllowedDays,
        AllowedHours = rule.AllowedHours.IsDefault ? [] : rule.AllowedHours,
        StartsAt = StoredTime.Normalize(rule.StartsAt),
        EndsAt = StoredTime.Normalize(rule.EndsAt),
        CreatedAt = StoredTime.Normalize(rule.CreatedAt),
        UpdatedAt = StoredTime.Normalize(rule.UpdatedAt),
    };

    private ValueTask<IReadOnlyList<AccessRule>> ListAsync(
        Func<AccessRule, bool> filter, Guid? afterId, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        return _database.RunAsync(() => InMemoryPage.Take(_rules.All.Where(filter), rule => rule.Id, afterId, limit), cancellationToken);
    }

    private StoreResult<AccessRule> Update_NeedsLock(AccessRule wanted)
    {
        if (Find_NeedsLock(wanted.Tenant, wanted.Id) is not { } stored)
        {
            return StoreResult<AccessRule>.NotFound();
        }

        if (stored.Version != wanted.Version)
        {
            return StoreResult<AccessRule>.Stale();
        }

        return FindMissing_NeedsLock(wanted) is { } field
            ? StoreResult<AccessRule>.Conflict(field)
            : Save_NeedsLock(wanted with
            {
                CreatedAt = stored.CreatedAt,
                LastAccess = stored.LastAccess,
                AccessCount = stored.AccessCount,
                Version = stored.Version + 1,
            });
    }

    private StoreResult<AccessRule> Save_NeedsLock(AccessRule rule)
    {
        _rules.Put(rule);
        _database.Record_NeedsLock(rule.Tenant, RegistryChangeKind.AccessControl, rule.Id);
        return StoreResult<AccessRule>.Success(rule);
    }

    private AccessRule? Find_NeedsLock(TenantId tenant, Guid id) => _rules.Find(tenant, id);

    // A tenant may have rules about servers of another one, which shares them, and none about its people and keys.
    private string? FindMissing_NeedsLock(AccessRule rule)
    {
        if (_database.FindOwner_NeedsLock(RegistryChangeKind.Server, rule.ServerId) is null)
        {
            return "serverId";
        }

        return rule.Subject.Kind switch
        {
            AccessSubjectKind.User when _database.FindOwner_NeedsLock(RegistryChangeKind.User, rule.Subject.Id) != rule.Tenant => "userId",
            AccessSubjectKind.ApiKey when _database.FindOwner_NeedsLock(RegistryChangeKind.ApiKey, rule.Subject.Id) != rule.Tenant => "apiKeyId",
            _ => null,
        };
    }

    private void RemoveWhere(Func<AccessRule, bool> isGone)
    {
        foreach (var rule in _rules.All.Where(isGone).ToArray())
        {
            _rules.Remove(rule.Id);
        }
    }
}
