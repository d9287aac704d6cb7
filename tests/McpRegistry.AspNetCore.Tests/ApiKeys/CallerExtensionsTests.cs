using System.Security.Claims;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.ApiKeys;
using McpRegistry.Tenancy;

namespace McpRegistry.AspNetCore.Tests.ApiKeys;

public sealed class CallerExtensionsTests
{
    [Fact]
    public void GetCaller_ClaimsOfHost_AreRead()
    {
        var tenant = Guid.CreateVersion7(DateTimeOffset.UnixEpoch);
        var caller = Principal(
            new Claim(ClaimTypes.NameIdentifier, "ann"),
            new Claim(McpRegistryClaimTypes.Tenant, tenant.ToString()),
            new Claim(McpRegistryClaimTypes.Scope, "write"),
            new Claim(McpRegistryClaimTypes.Scope, "proxy"),
            new Claim(McpRegistryClaimTypes.Scope, "nonsense")).GetCaller();

        Assert.Equal(new Caller($"{tenant}:LOCAL AUTHORITY:ann", new TenantId(tenant), ApiKeyScope.Read | ApiKeyScope.Write | ApiKeyScope.Proxy), caller);
    }

    [Fact]
    public void GetCaller_NoIdOrBadTenantOrAnonymous_IsNobody()
    {
        Assert.Null(Principal(new Claim(McpRegistryClaimTypes.Scope, "admin")).GetCaller());
        Assert.Null(Principal(new Claim("sub", "ann"), new Claim(McpRegistryClaimTypes.Tenant, "not-a-guid")).GetCaller());
        Assert.Null(new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", "ann")])).GetCaller());
    }

    private static ClaimsPrincipal Principal(params Claim[] claims) => new(new ClaimsIdentity(claims, "test"));
}
