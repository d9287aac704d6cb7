using System.Collections.Immutable;
using McpRegistry.AccessControl;
using McpRegistry.Auditing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.ApiKeys;

internal sealed class InMemoryApiKeyStore(InMemoryDatabase database, InMemoryApiKeyTable table) : IApiKeyStore
{
    private readonly InMemoryApiKeyRotations _rotations = new(database, table);

    public ValueTask<StoreResult<ApiKey>> AddAsync(TenantId tenant, ApiKey key, AuditEvent? audit, CancellationToken cancellationToken)
    {
        if (key.Tenant != tenant)
        {
            throw new ArgumentException("The key belongs to another tenant than the one it is added for.", nameof(key));
        }

        var added = new StoredApiKey(Copy(key) with { Version = 1 }, ApiKeyUsage.None, ApiKeyLockout.None);
        return database.WriteAsync(
            audit,
            () => table.FindConflict(added.Key, isNew: true) is { } field ? StoreResult<ApiKey>.Conflict(field) : Save_NeedsLock(added),
            cancellationToken);
    }

    public ValueTask<StoreResult<ApiKey>> UpdateAsync(TenantId tenant, ApiKey key, AuditEvent? audit, CancellationToken cancellationToken)
    {
        var wanted = Copy(key) with { Tenant = tenant };
        return database.WriteAsync(audit, () => Update_NeedsLock(wanted), cancellationToken);
    }

    public ValueTask<ApiKeyRotationResult> RotateAsync(TenantId tenant, ApiKeyRotation rotation, CancellationToken cancellationToken)
    {
        Check(tenant, rotation);
        var (ended, successor) = (Copy(rotation.Old) with { Tenant = tenant }, Copy(rotation.Successor) with { Version = 1 });
        return database.RunAsync(() => _rotations.Rotate_NeedsLock(tenant, rotation, ended, successor), cancellationToken);
    }

    public ValueTask<StoreDeletion> DeleteAsync(TenantId tenant, Guid id, long? expectedVersion, AuditEvent? audit, CancellationToken cancellationToken) => database.WriteAsync(
        audit,
        () =>
        {
            if (table.Find(tenant, id) is not { } stored)
            {
                return StoreDeletion.NotFound();
            }

            if (expectedVersion is { } version && version != stored.Key.Version)
            {
                return StoreDeletion.Stale();
            }

            if (database.AccessRules.FindUse(tenant, AccessSubject.ForApiKey(id)) is { } use)
            {
                return use;
            }

            table.Remove(stored.Key);
            database.Record_NeedsLock(tenant, RegistryChangeKind.ApiKey, id, RegistryChangeOperation.Deleted);
            return StoreDeletion.Success();
        },
        cancellationToken);

    public ValueTask<StoredApiKey?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) =>
        database.RunAsync(() => table.Find(tenant, id), cancellationToken);

    public ValueTask<StoredApiKey?> FindByLookupIdAsync(string lookupId, CancellationToken cancellationToken) =>
        database.RunAsync(() => table.FindByLookupId(lookupId), cancellationToken);

    public IAsyncEnumerable<string> ReadLookupIdsAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(() => table.All.Select(static stored => stored.Key.LookupId).ToArray(), cancellationToken);

    public ValueTask<int> CountAsync(TenantId tenant, DateTimeOffset now, CancellationToken cancellationToken) => database.RunAsync(
        () => table.All.Count(stored => stored.Key.Tenant == tenant && stored.Key.RevokedAt is null && !(stored.Key.ExpiresAt <= now)), cancellationToken);

    public ValueTask<IReadOnlyList<StoredApiKey>> ListAsync(TenantId tenant, string? afterName, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        return database.RunAsync<IReadOnlyList<StoredApiKey>>(
            () =>
            [
                .. table.All
                    .Where(stored => stored.Key.Tenant == tenant)
                    .Where(stored => afterName is null || CodePointOrder.Instance.Compare(stored.Key.Name, afterName) > 0)
                    .OrderBy(static stored => stored.Key.Name, CodePointOrder.Instance)
                    .Take(limit),
            ],
            cancellationToken);
    }

    public ValueTask<IReadOnlyDictionary<Guid, ApiKeyLockout>> RecordAttemptsAsync(
        TenantId tenant, IReadOnlyCollection<ApiKeyAttempts> attempts, CancellationToken cancellationToken) =>
        database.RunAsync<IReadOnlyDictionary<Guid, ApiKeyLockout>>(
            () =>
            {
                var known = new Dictionary<Guid, ApiKeyLockout>(attempts.Count);
                foreach (var seen in attempts)
                {
                    if (table.Find(tenant, seen.KeyId) is { } stored)
                    {
                        known[seen.KeyId] = Add(stored.Lockout, seen);
                        table.Put(stored with { Lockout = known[seen.KeyId] });
                    }
                }

                return known;
            },
            cancellationToken);

    public ValueTask<bool> LockAsync(
        TenantId tenant, Guid id, DateTimeOffset? lockedUntil, int? expectedLockouts, AuditEvent? audit, CancellationToken cancellationToken) => database.WriteAsync(
        audit,
        () =>
        {
            if (table.Find(tenant, id) is not { } stored || (expectedLockouts is { } expected && expected != stored.Lockout.Lockouts))
            {
                return false;
            }

            var lockout = stored.Lockout with
            {
                LockedUntil = StoredTime.Normalize(lockedUntil),
                FailedAttempts = 0,
                Lockouts = lockedUntil is null ? 0 : stored.Lockout.Lockouts + 1,
            };
            return Save_NeedsLock(stored with { Lockout = lockout }).Succeeded;
        },
        cancellationToken);

    private static void Check(TenantId tenant, ApiKeyRotation rotation)
    {
        var subject = AccessSubject.ForApiKey(rotation.Successor.Id);
        if (rotation.Successor.Tenant != tenant || rotation.Rules.Any(copy => copy.Rule.Tenant != tenant || copy.Rule.Subject != subject))
        {
            throw new ArgumentException("The successor or a rule belongs to another tenant, or a rule is not about the successor.", nameof(rotation));
        }
    }

    private static ApiKeyLockout Add(ApiKeyLockout known, ApiKeyAttempts seen)
    {
        var last = StoredTime.Normalize(seen.LastFailure);
        return known with
        {
            FailedAttempts = known.LockedUntil > last ? known.FailedAttempts : (seen.Succeeded ? 0 : known.FailedAttempts) + seen.Failures,
            Lockouts = seen.Succeeded ? 0 : known.Lockouts,
            LastFailedAttempt = known.LastFailedAttempt is null || last > known.LastFailedAttempt ? last : known.LastFailedAttempt,
        };
    }

    // Takes bytes over by value, since the caller may clear its own once the key is stored.
    private static ApiKey Copy(ApiKey key) => key with
    {
        Salt = key.Salt.ToArray(),
        Hash = key.Hash.ToArray(),
        Enabled = key is { Enabled: true, RevokedAt: null },
        AllowedServers = OrNone(key.AllowedServers),
        AllowedMethods = OrNone(key.AllowedMethods),
        AllowedAddresses = OrNone(key.AllowedAddresses),
        CreatedAt = StoredTime.Normalize(key.CreatedAt),
        ExpiresAt = StoredTime.Normalize(key.ExpiresAt),
        RevokedAt = StoredTime.Normalize(key.RevokedAt),
    };

    private static ImmutableArray<T> OrNone<T>(ImmutableArray<T> items) => items.IsDefault ? [] : items;

    private StoreResult<ApiKey> Update_NeedsLock(ApiKey wanted)
    {
        if (table.Find(wanted.Tenant, wanted.Id) is not { } stored)
        {
            return StoreResult<ApiKey>.NotFound();
        }

        if (stored.Key.Version != wanted.Version)
        {
            return StoreResult<ApiKey>.Stale();
        }

        if (table.FindConflict(wanted, isNew: false) is { } field)
        {
            return StoreResult<ApiKey>.Conflict(field);
        }

        table.Remove(stored.Key);
        return Save_NeedsLock(stored with { Key = wanted with { CreatedAt = stored.Key.CreatedAt, Version = wanted.Version + 1 } });
    }

    private StoreResult<ApiKey> Save_NeedsLock(StoredApiKey stored)
    {
        table.Put(stored);
        database.Record_NeedsLock(stored.Key.Tenant, RegistryChangeKind.ApiKey, stored.Key.Id);
        return StoreResult<ApiKey>.Success(stored.Key);
    }
}
