using McpRegistry.Tenancy;
using McpRegistry.Users;

namespace McpRegistry.Storage.Conformance;

/// <content>Tenants and users.</content>
public static partial class Sample
{
    public static Tenant Tenant(string? slug = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new Tenant { Id = new TenantId(Guid.CreateVersion7()), Slug = slug ?? Token(), Name = "Acme", CreatedAt = now, UpdatedAt = now };
    }

    public static Tenant FullTenant() => Tenant() with
    {
        Description = "All of it",
        Status = TenantStatus.Suspended,
        MaxServers = 0,
        MaxApiKeys = 12,
        Settings = """{"zone":"Europe/Berlin","limits":{"burst":5,"share":0.25},"on":[true,null,"x"]}""",
        UpdatedAt = TimeProvider.System.GetUtcNow().AddHours(1),
    };

    public static User User(TenantId tenant, string? username = null, string? email = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new User
        {
            Id = Guid.CreateVersion7(),
            Tenant = tenant,
            Username = username ?? Token(),
            Email = email ?? $"{Token()}@example.com",
            CreatedAt = now,
            UpdatedAt = now,
        };
    }

    public static User FullUser(TenantId tenant) => User(tenant) with
    {
        FullName = "Ada Lovelace",
        Role = UserRole.ServerOwner,
        IsActive = false,
        AuthProvider = "azure",
        AuthProviderId = Token(),
        Metadata = """{"team":"engines","since":1843}""",
        UpdatedAt = TimeProvider.System.GetUtcNow().AddHours(1),
    };
}
