using McpRegistry.Auditing;
using McpRegistry.Servers.Validation;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Users;

/// <summary>Adds users at their first request. An existing user is never taken over because of an equal name or address.</summary>
internal sealed class UserProvisioner(IUserStore store, ChangeAudit audit, TimeProvider time)
{
    private const int MaxUsername = 200;
    private const int MaxEmail = 320;
    private const int MaxName = 200;

    // The name and the address may each be taken, and another replica may be faster.
    private const int MaxAttempts = 4;

    /// <returns>The user who is stored now; null when somebody else keeps being in the way.</returns>
    public async ValueTask<User?> AddAsync(TenantId tenant, NewExternalUser who, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var user = new User
        {
            Id = id,
            Tenant = tenant,
            Username = Usable(who.Username, MaxUsername) ?? $"user-{id:N}",
            Email = Usable(who.Email, MaxEmail) ?? NoAddress(id),
            FullName = Usable(who.Name, MaxName),
            Role = who.Role,
            AuthProvider = who.Issuer,
            AuthProviderId = who.Subject,
            CreatedAt = now,
            UpdatedAt = now,
        };
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var added = audit.Create(tenant, AuditActor.System, "user.create", "user", id.ToString(), user.Username);
            var result = await store.AddAsync(tenant, user, added, cancellationToken).ConfigureAwait(false);
            if (result.Succeeded)
            {
                return result.Value;
            }

            switch (result.ConflictField)
            {
                case "username":
                    user = user with { Username = $"user-{id:N}" };
                    break;
                case "email":
                    user = user with { Email = NoAddress(id) };
                    break;
                default:
                    return await store.FindByExternalIdAsync(tenant, who.Issuer, who.Subject, cancellationToken).ConfigureAwait(false);
            }
        }

        return null;
    }

    /// <summary>Names below .invalid never resolve (RFC 6761), so that nobody is written to.</summary>
    private static string NoAddress(Guid id) => $"{id:N}@users.invalid";

    private static string? Usable(string? text, int maxLength) =>
        string.IsNullOrWhiteSpace(text) || text.Length > maxLength || !PlainText.IsOneLine(text) ? null : text;
}
