using McpRegistry.AccessControl;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.ApiKeys;

/// <summary>Writes rotations in memory. Its owner holds the lock.</summary>
internal sealed class InMemoryApiKeyRotations(InMemoryDatabase database, InMemoryApiKeyTable table)
{
    /// <param name="tenant">The owner.</param>
    /// <param name="rotation">What to write.</param>
    /// <param name="ended">The old key as it is stored from now on, but for its version.</param>
    /// <param name="successor">The new key as it is stored.</param>
    public ApiKeyRotationResult Rotate_NeedsLock(TenantId tenant, ApiKeyRotation rotation, ApiKey ended, ApiKey successor)
    {
        if (table.Find(tenant, ended.Id) is not { } stored)
        {
            return ApiKeyRotationResult.Refused(ApiKeyRotationOutcome.NotFound);
        }

        var own = table.All.Select(static row => row.Key).Where(key => key.Tenant == tenant).ToArray();
        if (own.Where(key => key.RotatedFrom == ended.Id && Lives(key)).MinBy(static key => key.Id) is { } living)
        {
            return ApiKeyRotationResult.HasSuccessor(living.Id);
        }

        if (stored.Key.Version != ended.Version || !AreAllRules(tenant, rotation))
        {
            return ApiKeyRotationResult.Refused(ApiKeyRotationOutcome.Stale);
        }

        if ((table.FindConflict(ended, isNew: false) ?? table.FindConflict(successor, isNew: true)) is { } field)
        {
            return ApiKeyRotationResult.Conflict(field);
        }

        if (rotation.Rules.Any(copy => database.AccessRules.Contains(copy.Rule.Id)))
        {
            return ApiKeyRotationResult.Conflict("id");
        }

        if (own.Where(key => key.Id != ended.Id).Append(ended).Append(successor).Count(Lives) > rotation.MaxKeys)
        {
            return ApiKeyRotationResult.Refused(ApiKeyRotationOutcome.LimitReached);
        }

        table.Remove(stored.Key);
        Write(tenant, rotation, stored with { Key = ended with { CreatedAt = stored.Key.CreatedAt, Version = ended.Version + 1 } }, successor);
        return ApiKeyRotationResult.Success(successor);

        bool Lives(ApiKey key) => ApiKeyQuota.Counts(key, StoredTime.Normalize(rotation.Now));
    }

    /// <summary>Tells whether the rules about the old key are those that were read.</summary>
    private bool AreAllRules(TenantId tenant, ApiKeyRotation rotation)
    {
        var about = database.AccessRules.All.Where(rule => rule.Tenant == tenant && rule.Subject == AccessSubject.ForApiKey(rotation.Old.Id)).ToArray();
        return about.Length == rotation.Rules.Length
            && rotation.Rules.All(copy => database.AccessRules.Find(tenant, copy.Source)?.Version == copy.SourceVersion);
    }

    private void Write(TenantId tenant, ApiKeyRotation rotation, StoredApiKey ended, ApiKey successor)
    {
        foreach (var copy in rotation.Rules)
        {
            database.AccessRules.Put(InMemoryAccessRuleStore.Normalize(copy.Rule) with { LastAccess = null, AccessCount = 0, Version = 1 });
            database.Record_NeedsLock(tenant, RegistryChangeKind.AccessControl, copy.Rule.Id);
        }

        table.Put(new StoredApiKey(successor, ApiKeyUsage.None, ApiKeyLockout.None));
        database.Record_NeedsLock(tenant, RegistryChangeKind.ApiKey, successor.Id);
        table.Put(ended);
        database.Record_NeedsLock(tenant, RegistryChangeKind.ApiKey, ended.Key.Id);
        foreach (var auditEvent in rotation.Audit)
        {
            database.Trail.Add_NeedsLock(auditEvent);
        }
    }
}
