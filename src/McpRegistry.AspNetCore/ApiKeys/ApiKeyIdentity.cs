using System.Security.Claims;
using McpRegistry.ApiKeys;

namespace McpRegistry.AspNetCore.ApiKeys;

/// <summary>The identity behind a key for one request, with the caller at hand so that a warm request parses no claim.</summary>
internal sealed class ApiKeyIdentity(ApiKeyClaims claims)
    : ClaimsIdentity(claims.All, ApiKeyDefaults.AuthenticationScheme, ClaimTypes.Name, ClaimTypes.Role)
{
    public Caller Caller { get; } = claims.Caller;
}
