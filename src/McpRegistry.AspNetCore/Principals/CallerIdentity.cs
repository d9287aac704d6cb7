using System.Security.Claims;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.ApiKeys;

namespace McpRegistry.AspNetCore.Principals;

/// <summary>Who a principal of the host is to the gateway, in claims that the host can decide on as well.</summary>
internal sealed class CallerIdentity(Caller caller)
    : ClaimsIdentity(Create(caller), McpRegistryDefaults.AuthenticationScheme, ClaimTypes.Name, ClaimTypes.Role)
{
    public Caller Caller => caller;

    private static IEnumerable<Claim> Create(Caller caller)
    {
        yield return new Claim(McpRegistryClaimTypes.Tenant, caller.Tenant.ToString());
        if (caller.Name is { } name)
        {
            yield return new Claim(ClaimTypes.Name, name);
        }

        foreach (var scope in ScopeNames.Of(caller.Scopes))
        {
            yield return new Claim(McpRegistryClaimTypes.Scope, scope);
        }
    }
}
