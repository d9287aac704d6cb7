using System.Security.Claims;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Principals;
using McpRegistry.Tenancy;

namespace McpRegistry.AspNetCore.ApiKeys;

internal static class CallerExtensions
{
    /// <summary>
    /// Reads who makes a request; of a principal that a policy of the host's own let in, by the claims of
    /// <see cref="McpRegistryClaimTypes"/>. Null for a principal that is not
    /// authenticated, has no stable id or names a tenant that is none.
    /// </summary>
    public static Caller? GetCaller(this ClaimsPrincipal principal)
    {
        foreach (var identity in principal.Identities)
        {
            if (identity is CallerIdentity admitted)
            {
                return admitted.Caller;
            }

            if (identity is ApiKeyIdentity known)
            {
                return known.Caller;
            }
        }

        return principal.Identity?.IsAuthenticated == true ? ReadClaims(principal) : null;
    }

    private static Caller? ReadClaims(ClaimsPrincipal principal)
    {
        var id = principal.FindFirst(ClaimTypes.NameIdentifier) ?? principal.FindFirst("sub");
        var tenant = TenantId.Global;
        if (id is null || (principal.FindFirst(McpRegistryClaimTypes.Tenant) is { } claim && !TenantId.TryParse(claim.Value, null, out tenant)))
        {
            return null;
        }

        var scopes = principal.FindAll(McpRegistryClaimTypes.Scope)
            .Aggregate(ApiKeyScope.None, static (all, scope) => all | ScopeNames.Parse(scope.Value));

        // Two issuers may use the same id for two people, and one person must not carry state from tenant to tenant.
        return new Caller($"{tenant}:{id.Issuer}:{id.Value}", tenant, scopes.Expand());
    }
}
