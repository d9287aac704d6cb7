using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Principals;
using McpRegistry.Tenancy;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Tests.Principals;

/// <summary>Who is known and refused opens no endpoint of the host either.</summary>
public sealed class RefusedPrincipalTests
{
    private const string Inside = "/inside";

    [Fact]
    public async Task EndpointOfTheHost_RefusedCaller_IsNotOpened()
    {
        await using var host = await StartAsync();
        await host.AddTenantAsync("closed");
        await host.AddTenantAsync("acme");
        var key = await host.AddKeyAsync(TenantId.Global, ApiKeyScope.Read);
        await host.SendAsync(HttpMethod.Post, "/api/v1/tenants/closed/suspend", null, GovernedHost.Admin);
        var ann = await InactiveUser.AddAsync(host);
        ((string Name, string Value)[] Headers, string Code)[] refused =
        [
            ([ann], "user_inactive"),
            ([host.Token("bob", ("mcpregistry:tenant", "closed"), ("scope", "mcp:read"))], "tenant_suspended"),
            ([host.Token("", ("scope", "mcp:read"))], "principal_unknown"),
            ([host.Token("cyd", ("mcpregistry:tenant", "gone"), ("scope", "mcp:read"))], "tenant_unknown"),
            ([host.Token("cyd", ("scope", "mcp:read")), ("X-Tenant", "acme")], "tenant_unknown"),
            ([key, ("X-Tenant", "acme")], "tenant_unknown"),
        ];

        foreach (var (headers, code) in refused)
        {
            (await host.GetAsync(Inside, headers)).AssertProblem(HttpStatusCode.Forbidden, code);
        }

        Assert.Equal("in", (await host.GetAsync(Inside, key)).Body);
        Assert.Equal("in", (await host.GetAsync(Inside, host.Token("bob", ("scope", "mcp:read")))).Body);
    }

    private static Task<GovernedHost> StartAsync() => GovernedHost.StartAsync(
        null,
        static app => app.MapGet(Inside, (RequestDelegate)(static context => context.Response.WriteAsync("in")))
            .RequireAuthorization(new AuthorizeAttribute { AuthenticationSchemes = McpRegistryDefaults.AuthenticationScheme }),
        ("Principals:ProvisionUsers", "true"));
}
