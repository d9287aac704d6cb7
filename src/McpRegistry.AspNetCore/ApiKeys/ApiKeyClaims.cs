using System.Security.Claims;
using McpRegistry.ApiKeys;

namespace McpRegistry.AspNetCore.ApiKeys;

/// <summary>What all requests with a key have in common. Identities copy the claims, so that these stay as they are.</summary>
internal sealed class ApiKeyClaims
{
    public ApiKeyClaims(ApiKeyGrant grant)
    {
        All = [.. Create(grant.Key)];
        Caller = Caller.Of(grant);
    }

    public IReadOnlyList<Claim> All { get; }

    public Caller Caller { get; }

    private static IEnumerable<Claim> Create(ApiKey key)
    {
        yield return new Claim(ClaimTypes.NameIdentifier, $"key:{key.Id}");
        yield return new Claim(ClaimTypes.Name, key.Name);
        yield return new Claim(McpRegistryClaimTypes.KeyId, key.Id.ToString());
        yield return new Claim(McpRegistryClaimTypes.Tenant, key.Tenant.ToString());
        foreach (var scope in ScopeNames.Of(key.Scopes.Expand()))
        {
            yield return new Claim(McpRegistryClaimTypes.Scope, scope);
        }
    }
}
