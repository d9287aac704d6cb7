using McpRegistry.AccessControl;
using McpRegistry.Auditing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Users;

internal sealed class InMemoryUserStore(InMemoryDatabase database) : IUserStore
{
    private readonly InMemoryUserTable _table = new();

    public ValueTask<StoreResult<User>> AddAsync(TenantId tenant, User user, AuditEvent? audit, CancellationToken cancellationToken)
    {
        if (user.Tenant != tenant)
        {
            throw new ArgumentException("The user belongs to another tenant than the one it is added for.", nameof(user));
        }

        var added = Normalize(user) with { Version = 1 };
        return database.WriteAsync(
            audit,
            () => _table.FindConflict(added, isNew: true) is { } field ? StoreResult<User>.Conflict(field) : Save_NeedsLock(added),
            cancellationToken);
    }

    public ValueTask<StoreResult<User>> UpdateAsync(TenantId tenant, User user, AuditEvent? audit, CancellationToken cancellationToken)
    {
        var wanted = Normalize(user) with { Tenant = tenant };
        return database.WriteAsync(audit, () => Update_NeedsLock(wanted), cancellationToken);
    }

    public ValueTask<User?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) =>
        database.RunAsync(() => _table.Find(tenant, id), cancellationToken);

    public ValueTask<User?> FindByUsernameAsync(TenantId tenant, string username, CancellationToken cancellationToken) =>
        database.RunAsync(() => _table.FindByUsername(tenant, username), cancellationToken);

    public ValueTask<User?> FindByEmailAsync(TenantId tenant, string email, CancellationToken cancellationToken) =>
        database.RunAsync(() => _table.FindByEmail(tenant, email), cancellationToken);

    public ValueTask<User?> FindByExternalIdAsync(TenantId tenant, string provider, string subject, CancellationToken cancellationToken) =>
        database.RunAsync(() => _table.FindBySubject(tenant, provider, subject), cancellationToken);

    public ValueTask<IReadOnlyList<User>> ListAsync(TenantId tenant, UserQuery query, CancellationToken cancellationToken)
    {
        PageSize.Check(query.Limit, nameof(query));
        var after = query.AfterUsername is { } username ? InMemoryName.Key(username) : null;
        return database.RunAsync<IReadOnlyList<User>>(
            () =>
            [
                .. _table.All
                    .Where(user => user.Tenant == tenant)
                    .Where(user => query.Role is null || user.Role == query.Role)
                    .Where(user => query.IsActive is null || user.IsActive == query.IsActive)
                    .Select(static user => (Key: InMemoryName.Key(user.Username), User: user))
                    .Where(row => after is null || CodePointOrder.Instance.Compare(row.Key, after) > 0)
                    .OrderBy(static row => row.Key, CodePointOrder.Instance)
                    .Take(query.Limit)
                    .Select(static row => row.User),
            ],
            cancellationToken);
    }

    public ValueTask<StoreDeletion> DeleteAsync(TenantId tenant, Guid id, AuditEvent? audit, CancellationToken cancellationToken) => database.WriteAsync(
        audit,
        () =>
        {
            if (_table.Find(tenant, id) is not { } stored)
            {
                return StoreDeletion.NotFound();
            }

            if (database.AccessRules.FindUse(tenant, AccessSubject.ForUser(id)) is { } use)
            {
                return use;
            }

            _table.Remove(stored);
            database.Record_NeedsLock(tenant, RegistryChangeKind.User, id, RegistryChangeOperation.Deleted);
            return StoreDeletion.Success();
        },
        cancellationToken);

    public int Count(TenantId tenant)
    {
        lock (database.Gate)
        {
            return _table.All.Count(user => user.Tenant == tenant);
        }
    }

    private static User Normalize(User user) => user with
    {
        Metadata = StoredJson.Normalize(user.Metadata, nameof(user)),
        CreatedAt = StoredTime.Normalize(user.CreatedAt),
        UpdatedAt = StoredTime.Normalize(user.UpdatedAt),
    };

    private StoreResult<User> Update_NeedsLock(User wanted)
    {
        if (_table.Find(wanted.Tenant, wanted.Id) is not { } stored)
        {
            return StoreResult<User>.NotFound();
        }

        if (stored.Version != wanted.Version)
        {
            return StoreResult<User>.Stale();
        }

        if (_table.FindConflict(wanted, isNew: false) is { } field)
        {
            return StoreResult<User>.Conflict(field);
        }

        _table.Remove(stored);
        return Save_NeedsLock(wanted with { CreatedAt = stored.CreatedAt, Version = stored.Version + 1 });
    }

    private StoreResult<User> Save_NeedsLock(User user)
    {
        _table.Put(user);
        database.Record_NeedsLock(user.Tenant, RegistryChangeKind.User, user.Id);
        return StoreResult<User>.Success(user);
    }
}
