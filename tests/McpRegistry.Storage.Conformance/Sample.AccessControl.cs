using System.Security.Cryptography;
using McpRegistry.AccessControl;
using McpRegistry.Tenancy;

namespace McpRegistry.Storage.Conformance;

/// <content>Access rules.</content>
public static partial class Sample
{
    /// <summary>An id that sorts anywhere, where ids of version 7 would all begin alike.</summary>
    public static Guid RandomId() => new(RandomNumberGenerator.GetBytes(16));

    public static AccessRule AccessRule(TenantId tenant, Guid serverId, AccessSubject? subject = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new AccessRule
        {
            Id = Guid.CreateVersion7(),
            Tenant = tenant,
            ServerId = serverId,
            Subject = subject ?? AccessSubject.ForTenant(tenant),
            CreatedAt = now,
            UpdatedAt = now,
        };
    }

    public static AccessRule FullAccessRule(TenantId tenant, Guid serverId, AccessSubject subject)
    {
        var rule = AccessRule(tenant, serverId, subject);
        return rule with
        {
            Permissions = AccessPermissions.Write | AccessPermissions.Admin | AccessPermissions.Proxy,
            AllowedMethods = ["tools/call", "tools/list", "tools/call"],
            DeniedMethods = ["resources/read"],
            AllowedDays = [0, 6, 3],
            AllowedHours = [23, 0, 12],
            TimeZone = "Europe/Berlin",
            StartsAt = rule.CreatedAt.AddDays(-1),
            EndsAt = rule.CreatedAt.AddDays(1),
            IsActive = false,
        };
    }
}
