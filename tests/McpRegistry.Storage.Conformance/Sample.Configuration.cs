using System.Security.Cryptography;
using McpRegistry.Configuration;
using McpRegistry.Sessions;
using McpRegistry.Tenancy;

namespace McpRegistry.Storage.Conformance;

/// <content>Configuration and sessions.</content>
public static partial class Sample
{
    public static SystemConfigEntry Config(TenantId tenant, string? key = null, string value = "1")
    {
        var now = TimeProvider.System.GetUtcNow();
        return new SystemConfigEntry
        {
            Id = Guid.CreateVersion7(),
            Tenant = tenant,
            Key = key ?? Token(),
            Value = value,
            Category = "limits",
            CreatedAt = now,
            UpdatedAt = now,
        };
    }

    public static SystemConfigEntry FullConfig(TenantId tenant) => Config(tenant, value: """{"a":[1,2.5,null],"b":"x"}""") with
    {
        Description = "How much of it",
        Category = "other",
        UpdatedBy = "ada",
        UpdatedAt = TimeProvider.System.GetUtcNow().AddHours(1),
    };

    public static GatewaySession Session(TenantId tenant)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new GatewaySession
        {
            Id = Guid.CreateVersion7(),
            Tenant = tenant,
            Hash = RandomNumberGenerator.GetBytes(32),
            Principal = $"key:{Token()}",
            CreatedAt = now,
            LastActivity = now,
            ExpiresAt = now.AddMinutes(30),
        };
    }

    public static GatewaySession FullSession(TenantId tenant) => Session(tenant) with
    {
        UserId = Guid.CreateVersion7(),
        ApiKeyId = Guid.CreateVersion7(),
        ProtocolVersion = "2025-11-25",
        ClientName = "inspector",
        ClientVersion = "1.2.3",
        IpAddress = "2001:db8::1",
        UserAgent = "node",
        RevokedAt = TimeProvider.System.GetUtcNow(),
        RevokedReason = "signed out",
    };
}
