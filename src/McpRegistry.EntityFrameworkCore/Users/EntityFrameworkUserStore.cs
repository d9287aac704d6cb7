using McpRegistry.Auditing;
using McpRegistry.EntityFrameworkCore.AccessControl;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using McpRegistry.Users;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Users;

internal sealed class EntityFrameworkUserStore(RegistryDatabase database) : IUserStore
{
    public ValueTask<StoreResult<User>> AddAsync(TenantId tenant, User user, AuditEvent? audit, CancellationToken cancellationToken)
    {
        if (user.Tenant != tenant)
        {
            throw new ArgumentException("The user belongs to another tenant than the one it is added for.", nameof(user));
        }

        var entity = UserMapper.ToEntity(tenant, user);
        entity.Version = 1;
        return database.InsertAsync(Row(tenant, user.Id) with { Audit = audit }, entity, UserMapper.ToRecord, cancellationToken);
    }

    public ValueTask<StoreResult<User>> UpdateAsync(TenantId tenant, User user, AuditEvent? audit, CancellationToken cancellationToken)
    {
        var wanted = UserMapper.ToEntity(tenant, user);
        return database.WriteAsync(Row(tenant, user.Id) with { Audit = audit }, (context, token) => UpdateAsync(context, wanted, token), cancellationToken);
    }

    public ValueTask<User?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) =>
        FindAsync(tenant, users => users.Where(x => x.Id == id), cancellationToken);

    public ValueTask<User?> FindByUsernameAsync(TenantId tenant, string username, CancellationToken cancellationToken)
    {
        var key = UserMapper.Key(username);
        return FindAsync(tenant, users => users.Where(x => x.UsernameKey == key), cancellationToken);
    }

    public ValueTask<User?> FindByEmailAsync(TenantId tenant, string email, CancellationToken cancellationToken)
    {
        var key = UserMapper.Key(email);
        return FindAsync(tenant, users => users.Where(x => x.EmailKey == key), cancellationToken);
    }

    public ValueTask<User?> FindByExternalIdAsync(TenantId tenant, string provider, string subject, CancellationToken cancellationToken) =>
        FindAsync(tenant, users => users.Where(x => x.AuthProvider == provider && x.AuthProviderId == subject), cancellationToken);

    public ValueTask<IReadOnlyList<User>> ListAsync(TenantId tenant, UserQuery query, CancellationToken cancellationToken)
    {
        PageSize.Check(query.Limit, nameof(query));
        return database.ListAsync(
            context => Filter(context.Users.Where(x => x.TenantId == tenant.Value), query).OrderBy(x => x.UsernameKey).Take(query.Limit),
            UserMapper.ToRecord,
            cancellationToken);
    }

    public ValueTask<StoreDeletion> DeleteAsync(TenantId tenant, Guid id, AuditEvent? audit, CancellationToken cancellationToken) => database.DeleteSubjectAsync(
        Row(tenant, id) with { Audit = audit },
        null,
        context => context.Users.Where(x => x.TenantId == tenant.Value && x.Id == id),
        rules => rules.Where(x => x.UserId == id),
        cancellationToken);

    private static RowWrite Row(TenantId tenant, Guid id) => new(tenant, RegistryChangeKind.User, id);

    private static IQueryable<UserEntity> Filter(IQueryable<UserEntity> users, UserQuery query)
    {
        if (query.Role is { } role)
        {
            users = users.Where(x => x.Role == role);
        }

        if (query.IsActive is { } active)
        {
            users = users.Where(x => x.IsActive == active);
        }

        if (query.AfterUsername is { } username)
        {
            var after = UserMapper.Key(username);
            users = users.Where(x => string.Compare(x.UsernameKey, after) > 0);
        }

        return users;
    }

    private static async Task<StoreResult<User>> UpdateAsync(RegistryDbContext context, UserEntity wanted, CancellationToken cancellationToken)
    {
        var stored = context.Users.Where(x => x.TenantId == wanted.TenantId && x.Id == wanted.Id);
        var rows = await stored
            .Where(x => x.Version == wanted.Version)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(x => x.Username, wanted.Username)
                    .SetProperty(x => x.UsernameKey, wanted.UsernameKey)
                    .SetProperty(x => x.Email, wanted.Email)
                    .SetProperty(x => x.EmailKey, wanted.EmailKey)
                    .SetProperty(x => x.FullName, wanted.FullName)
                    .SetProperty(x => x.Role, wanted.Role)
                    .SetProperty(x => x.IsActive, wanted.IsActive)
                    .SetProperty(x => x.AuthProvider, wanted.AuthProvider)
                    .SetProperty(x => x.AuthProviderId, wanted.AuthProviderId)
                    .SetProperty(x => x.Metadata, wanted.Metadata)
                    .SetProperty(x => x.UpdatedAt, wanted.UpdatedAt)
                    .SetProperty(x => x.Version, x => x.Version + 1),
                cancellationToken)
            .ConfigureAwait(false);
        return await stored.AfterUpdateAsync(rows, UserMapper.ToRecord, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<User?> FindAsync(
        TenantId tenant, Func<IQueryable<UserEntity>, IQueryable<UserEntity>> filter, CancellationToken cancellationToken) =>
        database.FindAsync(context => filter(context.Users.Where(x => x.TenantId == tenant.Value)), UserMapper.ToRecord, cancellationToken);
}
