using System.Security.Claims;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.ApiKeys;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Users;
using Microsoft.Extensions.Options;

namespace McpRegistry.AspNetCore.Principals;

/// <summary>Reads claims: those of <see cref="McpRegistryClaimTypes"/>, and what OAuth and OpenID Connect have for the same.</summary>
internal sealed class ClaimsPrincipalMapper(IOptions<PrincipalOptions> options) : IPrincipalMapper
{
    private readonly string _tenantClaim = options.Value.TenantClaim;
    private readonly string _scopePrefix = options.Value.ScopePrefix;
    private readonly string[] _scopeClaims = Split(options.Value.ScopeClaims);
    private readonly string[] _roleClaims = [ClaimTypes.Role, .. Split(options.Value.RoleClaims)];

    public ValueTask<MappedPrincipal?> MapAsync(ClaimsPrincipal principal, CancellationToken cancellationToken)
    {
        if ((principal.FindFirst(ClaimTypes.NameIdentifier) ?? principal.FindFirst("sub")) is not { Value.Length: > 0 } id)
        {
            return new((MappedPrincipal?)null);
        }

        return new(new MappedPrincipal
        {
            Issuer = id.Subject?.FindFirst("iss")?.Value ?? id.Issuer,
            Subject = id.Value,
            Tenants = [.. principal.FindAll(_tenantClaim).Select(static claim => claim.Value).Distinct(StringComparer.Ordinal)],
            Scopes = ReadScopes(principal),
            Role = ReadRole(principal),
            Name = Find(principal, "name", ClaimTypes.Name),
            Username = Find(principal, "preferred_username", ClaimTypes.Name, "email", ClaimTypes.Email),
            Email = Find(principal, "email", ClaimTypes.Email),
        });
    }

    private static string[] Split(string names) => names.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string? Find(ClaimsPrincipal principal, params ReadOnlySpan<string> types)
    {
        foreach (var type in types)
        {
            if (principal.FindFirst(type) is { Value.Length: > 0 } claim)
            {
                return claim.Value;
            }
        }

        return null;
    }

    private ApiKeyScope ReadScopes(ClaimsPrincipal principal)
    {
        var scopes = ApiKeyScope.None;
        foreach (var claim in principal.FindAll(McpRegistryClaimTypes.Scope))
        {
            scopes |= ScopeNames.Parse(claim.Value);
        }

        foreach (var claim in _scopeClaims.SelectMany(principal.FindAll))
        {
            foreach (var scope in Split(claim.Value))
            {
                scopes |= scope.StartsWith(_scopePrefix, StringComparison.Ordinal) ? ScopeNames.Parse(scope[_scopePrefix.Length..]) : ApiKeyScope.None;
            }
        }

        return scopes;
    }

    /// <summary>Of several roles the first that is one of ours counts.</summary>
    private UserRole? ReadRole(ClaimsPrincipal principal)
    {
        foreach (var claim in _roleClaims.SelectMany(principal.FindAll))
        {
            if (WireNames<UserRole>.TryParse(claim.Value.ToLowerInvariant(), out var role))
            {
                return role;
            }
        }

        return null;
    }
}
