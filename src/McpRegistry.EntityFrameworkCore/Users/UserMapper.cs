using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Tenancy;
using McpRegistry.Users;

namespace McpRegistry.EntityFrameworkCore.Users;

internal static class UserMapper
{
    /// <summary>Folds case the way an ordinal comparison that ignores case does, in every database alike.</summary>
    public static string Key(string text) => text.ToUpperInvariant();

    public static UserEntity ToEntity(TenantId tenant, User user) => new()
    {
        Id = user.Id,
        TenantId = tenant.Value,
        Username = user.Username,
        UsernameKey = Key(user.Username),
        Email = user.Email,
        EmailKey = Key(user.Email),
        FullName = user.FullName,
        Role = user.Role,
        IsActive = user.IsActive,
        AuthProvider = user.AuthProvider,
        AuthProviderId = user.AuthProviderId,
        Metadata = StoredJson.Normalize(user.Metadata, nameof(user)),
        CreatedAt = StoredTime.Normalize(user.CreatedAt),
        UpdatedAt = StoredTime.Normalize(user.UpdatedAt),
        Version = user.Version,
    };

    public static User ToRecord(UserEntity entity) => new()
    {
        Id = entity.Id,
        Tenant = new TenantId(entity.TenantId),
        Username = entity.Username,
        Email = entity.Email,
        FullName = entity.FullName,
        Role = entity.Role,
        IsActive = entity.IsActive,
        AuthProvider = entity.AuthProvider,
        AuthProviderId = entity.AuthProviderId,
        Metadata = entity.Metadata,
        CreatedAt = entity.CreatedAt,
        UpdatedAt = entity.UpdatedAt,
        Version = entity.Version,
    };
}
