using System.Collections.Immutable;
using McpRegistry.ApiKeys;
using McpRegistry.Users;

namespace McpRegistry.AspNetCore.Principals;

/// <summary>What a principal of the host is to the gateway.</summary>
public sealed record MappedPrincipal
{
    /// <summary>Gets who vouches for the principal; the same subject at another issuer is somebody else.</summary>
    public required string Issuer { get; init; }

    /// <summary>Gets the stable id at the issuer; never an e-mail address or name, which may change hands.</summary>
    public required string Subject { get; init; }

    /// <summary>
    /// Gets the tenants of the principal, by slug or id; those that do not exist are left out. Empty (the default) says nothing
    /// of tenants: the principal belongs to the global tenant then, or is refused with <see cref="PrincipalOptions.RequireTenant"/>.
    /// </summary>
    public ImmutableArray<string> Tenants { get; init; } = [];

    /// <summary>Gets what the principal may do; implied scopes need not be said. Default nothing.</summary>
    public ApiKeyScope Scopes { get; init; }

    /// <summary>Gets what the principal is in its tenant; null (the default) when that is not known. A stored user's role goes before it.</summary>
    public UserRole? Role { get; init; }

    /// <summary>Gets the name for people; null (the default) when it is not known.</summary>
    public string? Name { get; init; }

    /// <summary>Gets the name to sign in with, for a user who is added; null (the default) when it is not known.</summary>
    public string? Username { get; init; }

    /// <summary>Gets the e-mail address, for a user who is added; null (the default) when it is not known.</summary>
    public string? Email { get; init; }
}
