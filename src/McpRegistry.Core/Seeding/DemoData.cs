using McpRegistry.Auditing;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using McpRegistry.Users;
using Microsoft.Extensions.Logging;

namespace McpRegistry.Seeding;

/// <summary>
/// A tenant with three users and two servers. What is there already, by slug, user name or alias, stays as it is; a conflict
/// means that another replica was faster.
/// </summary>
internal sealed class DemoData(
    ITenantStore tenants,
    IUserStore users,
    IServerStore servers,
    TenantAudit tenantAudit,
    ServerAudit serverAudit,
    ChangeAudit changes,
    TimeProvider time,
    ILogger<DemoData> logger)
{
    public const string TenantSlug = "demo";

    private static readonly (string Username, string FullName, UserRole Role)[] Users =
    [
        ("demo-admin", "Demo Administrator", UserRole.Admin),
        ("demo-owner", "Demo Server Owner", UserRole.ServerOwner),
        ("demo-user", "Demo User", UserRole.User),
    ];

    // Names below .invalid never resolve (RFC 6761), so that switching such a server on reaches nobody.
    private static readonly (string Alias, string Name, string Description, string Url)[] Servers =
    [
        ("demo-weather", "demo/weather", "Forecasts; an example of a public data source.", "https://weather.demo.invalid/mcp"),
        ("demo-tickets", "demo/tickets", "Issues; an example of an internal system.", "https://tickets.demo.invalid/mcp"),
    ];

    public async Task<TenantId> AddAsync(CancellationToken cancellationToken)
    {
        var tenant = await AddTenantAsync(cancellationToken).ConfigureAwait(false);
        foreach (var (username, fullName, role) in Users)
        {
            await AddUserAsync(tenant, username, fullName, role, cancellationToken).ConfigureAwait(false);
        }

        var owner = await users.FindByUsernameAsync(tenant, "demo-owner", cancellationToken).ConfigureAwait(false);
        foreach (var (alias, name, description, url) in Servers)
        {
            var now = time.GetUtcNow();
            var server = new RegisteredServer
            {
                Id = Guid.CreateVersion7(now),
                Tenant = tenant,
                Name = name,
                Alias = alias,
                Description = description,
                Tags = ["demo"],
                Owner = owner?.Id,
                Enabled = false,
                Endpoints = [new ServerEndpoint { Id = Guid.CreateVersion7(now), Url = url }],
                CreatedAt = now,
                UpdatedAt = now,
            };
            await AddServerAsync(server, cancellationToken).ConfigureAwait(false);
        }

        return tenant;
    }

    private async Task<TenantId> AddTenantAsync(CancellationToken cancellationToken)
    {
        if (await tenants.FindBySlugAsync(TenantSlug, cancellationToken).ConfigureAwait(false) is { } found)
        {
            return found.Id;
        }

        var now = time.GetUtcNow();
        var tenant = new Tenant
        {
            Id = new TenantId(Guid.CreateVersion7(now)),
            Slug = TenantSlug,
            Name = "Demo",
            Description = "Data to look around with.",
            MaxServers = 10,
            MaxApiKeys = 10,
            CreatedAt = now,
            UpdatedAt = now,
        };
        var added = tenantAudit.Changed(AuditActor.System, TenantAudit.Create, null, tenant);
        if ((await tenants.AddAsync(tenant, added, cancellationToken).ConfigureAwait(false)).Succeeded)
        {
            logger.Added("tenant", TenantSlug);
            return tenant.Id;
        }

        var other = await tenants.FindBySlugAsync(TenantSlug, cancellationToken).ConfigureAwait(false);
        return other?.Id ?? throw new InvalidOperationException($"The tenant '{TenantSlug}' keeps coming and going; start the host again.");
    }

    private async Task AddUserAsync(TenantId tenant, string username, string fullName, UserRole role, CancellationToken cancellationToken)
    {
        if (await users.FindByUsernameAsync(tenant, username, cancellationToken).ConfigureAwait(false) is not null)
        {
            return;
        }

        var now = time.GetUtcNow();
        var user = new User
        {
            Id = Guid.CreateVersion7(now),
            Tenant = tenant,
            Username = username,
            Email = $"{username}@demo.invalid",
            FullName = fullName,
            Role = role,
            CreatedAt = now,
            UpdatedAt = now,
        };
        var added = changes.Create(tenant, AuditActor.System, "user.create", "user", user.Id.ToString(), username);
        if ((await users.AddAsync(tenant, user, added, cancellationToken).ConfigureAwait(false)).Succeeded)
        {
            logger.Added("user", username);
        }
    }

    private async Task AddServerAsync(RegisteredServer server, CancellationToken cancellationToken)
    {
        if (await servers.FindByAliasAsync(server.Tenant, server.Alias, cancellationToken).ConfigureAwait(false) is null
            && (await servers.AddAsync(server.Tenant, server, serverAudit.Created(AuditActor.System, server), cancellationToken).ConfigureAwait(false)).Succeeded)
        {
            logger.Added("server", server.Alias);
        }
    }
}
