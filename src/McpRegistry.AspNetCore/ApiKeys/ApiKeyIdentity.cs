using System.Security.Claims;
using McpRegistry.ApiKeys;

namespace McpRegistry.AspNetCore.ApiKeys;

/// <summary>The identity behind a key, with the caller at hand so that a warm request parses no claim.</summary>
internal sealed class ApiKeyIdentity : ClaimsIdentity
{
    public ApiKeyIdentity(ApiKey key)
        : base(CreateClaims(key), ApiKeyDefaults.AuthenticationScheme, ClaimTypes.Name, ClaimTypes.Role) => Caller = Caller.Of(key);

    public Caller Caller { get; }

    private static IEnumerable<Claim> CreateClaims(ApiKey key)
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
