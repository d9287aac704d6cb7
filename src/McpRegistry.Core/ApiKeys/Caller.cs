using McpRegistry.Tenancy;
using McpRegistry.Users;

namespace McpRegistry.ApiKeys;

/// <summary>Who makes a request, as far as the gateway decides on it.</summary>
/// <param name="PrincipalId">What sessions and processes are bound to: the same for every request of one caller in one tenant, never that of a caller in another, and no secret.</param>
/// <param name="Tenant">Whose rows the caller reaches.</param>
/// <param name="Scopes">What it may do, implied scopes included.</param>
internal sealed record Caller(string PrincipalId, TenantId Tenant, ApiKeyScope Scopes)
{
    /// <summary>Gets the key that it used; null for a principal of the host.</summary>
    public Guid? KeyId { get; init; }

    /// <summary>Gets the user behind it: the owner of the key, or the host's principal; null when there is none or it is not known here.</summary>
    public Guid? UserId { get; init; }

    /// <summary>Gets its name for people; null when it has none.</summary>
    public string? Name { get; init; }

    /// <summary>Gets what the user is in the tenant; null when no user is known.</summary>
    public UserRole? Role { get; init; }

    /// <summary>Gets the key's own bounds (servers, methods, calls); null for a principal of the host.</summary>
    public ApiKey? Key { get; init; }

    /// <summary>Gets when the token or cookie of a principal of the host ends; null for a key, and where none says so.</summary>
    public DateTimeOffset? TicketEndsAt { get; init; }

    /// <summary>Gets when what the caller presented ends; null when it has no end.</summary>
    public DateTimeOffset? EndsAt => Key is { } key ? key.ExpiresAt : TicketEndsAt;

    /// <summary>Gets the caller as it is at home while it acts for another tenant as an administrator of the installation; null while it does not.</summary>
    public Caller? AtHome { get; init; }

    /// <summary>Gets whose limits a request counts for: acting for another tenant neither uses that up nor gives more than there is at home.</summary>
    public Caller Counted => AtHome ?? this;

    /// <summary>Gets what tells a principal of the host from every other, at home; null for a key, which has an id.</summary>
    public string? HostPrincipal => KeyId is null ? Counted.PrincipalId : null;

    /// <summary>Tells whether the bounds of the caller's key, if it has any, leave it a server.</summary>
    public bool MayReach(Guid serverId) => Key is not { AllowedServers: { IsDefaultOrEmpty: false } allowed } || allowed.Contains(serverId);

    /// <summary>Makes the caller of a valid key.</summary>
    public static Caller Of(ApiKeyGrant grant) => new($"key:{grant.Key.Id}", grant.Key.Tenant, grant.Key.Scopes.Expand())
    {
        KeyId = grant.Key.Id,
        UserId = grant.Key.Owner,
        Name = grant.Key.Name,
        Role = grant.OwnerRole,
        Key = grant.Key,
    };
}
