using McpRegistry.Auditing;
using McpRegistry.Configuration;
using McpRegistry.Tenancy;
using Microsoft.Extensions.Logging;

namespace McpRegistry.Seeding;

/// <summary>Values of the system configuration to look at. They show how values, limits and overrides look; nothing reads them.</summary>
internal sealed class DemoConfiguration(ISystemConfigStore configs, ChangeAudit changes, TimeProvider time, ILogger<DemoConfiguration> logger)
{
    private const string ServersPerUser = "demo.limits.serversPerUser";

    private static readonly (string Key, string Value, string Category, string Description)[] Values =
    [
        ("demo.application.name", "\"McpRegistry\"", "application", "The name that pages show."),
        ("demo.session.timeoutMinutes", "1440", "security", "Minutes after which an unused session ends."),
        ("demo.registration.open", "true", "security", "Whether people may register themselves."),
        (ServersPerUser, "10", "limits", "The most servers of one user."),
        ("demo.rateLimit.user", """{"perMinute":100,"perHour":1000,"perDay":10000,"burst":10}""", "limits", "How often one user may call."),
    ];

    public async Task AddAsync(TenantId demo, CancellationToken cancellationToken)
    {
        foreach (var (key, value, category, description) in Values)
        {
            await AddAsync(Entry(TenantId.Global, key, value, category, description), cancellationToken).ConfigureAwait(false);
        }

        await AddAsync(Entry(demo, ServersPerUser, "3", "limits", "The demo tenant has less."), cancellationToken).ConfigureAwait(false);
    }

    private SystemConfigEntry Entry(TenantId tenant, string key, string value, string category, string description)
    {
        var now = time.GetUtcNow();
        return new SystemConfigEntry
        {
            Id = Guid.CreateVersion7(now),
            Tenant = tenant,
            Key = key,
            Value = value,
            Category = category,
            Description = description,
            UpdatedBy = "seed",
            CreatedAt = now,
            UpdatedAt = now,
        };
    }

    /// <summary>Adds what is missing; a conflict means that another replica was faster.</summary>
    private async Task AddAsync(SystemConfigEntry entry, CancellationToken cancellationToken)
    {
        var found = await configs.FindAsync(entry.Tenant, entry.Key, cancellationToken).ConfigureAwait(false);
        var added = changes.Create(entry.Tenant, AuditActor.System, "config.create", "config", entry.Id.ToString(), entry.Key);
        if (found?.Tenant != entry.Tenant
            && (await configs.AddAsync(entry.Tenant, entry, added, cancellationToken).ConfigureAwait(false)).Succeeded)
        {
            logger.Added("configuration value", entry.Key);
        }
    }
}
