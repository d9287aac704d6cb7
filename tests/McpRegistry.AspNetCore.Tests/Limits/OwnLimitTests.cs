using System.Net;
using McpRegistry.ApiKeys;

namespace McpRegistry.AspNetCore.Tests.Limits;

/// <summary>Every caller may see its own limits, whatever it came with.</summary>
public sealed class OwnLimitTests
{
    private const string Own = "/api/v1/limits/me";

    [Fact]
    public async Task OwnLimits_AnyCredential_AreShown()
    {
        await using var host = await GovernedHost.StartAsync(("Limits:Rates:Enabled", "true"), ("Tenants:AdminsActForTenants", "true"));
        var acme = await host.AddTenantAsync("acme");
        (string Name, string Value)[][] callers =
        [
            [host.Token("ann", ("mcpregistry:tenant", "acme"))],
            [await host.SignInAsync("bob", ("mcpregistry:tenant", "acme"))],
            [await host.AddKeyAsync(acme, ApiKeyScope.Health)],
            [GovernedHost.Admin, ("X-Tenant", "acme")],
        ];

        foreach (var headers in callers)
        {
            var answer = await host.GetAsync(Own, headers);
            Assert.True(answer.Status == HttpStatusCode.OK, answer.Body);
            Assert.Contains("\"tenant\"", answer.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task OwnLimits_RefusedCaller_IsToldAsOnEveryRoute()
    {
        await using var host = await GovernedHost.StartAsync(
            ("OAuth:AuthorizationServers:0", "https://idp.example"), ("OAuth:ValidateAudience", "false"), ("ApiKeys:GuessLimit", "2"), ("Http:PublicOrigin", "https://mcp.example"));
        await host.AddTenantAsync("acme");
        var token = host.Token("ann", ("scope", "mcp:read"));
        for (var attempt = 0; attempt < 4; attempt++)
        {
            // A token is no guess at a key.
            var bad = await host.GetAsync(Own, ("Authorization", token.Value + "x"));
            bad.AssertProblem(HttpStatusCode.Unauthorized, "unauthorized");
            Assert.Contains("resource_metadata=", bad.Headers["WWW-Authenticate"], StringComparison.Ordinal);
        }

        (await host.GetAsync(Own, token, ("X-Tenant", "acme"))).AssertProblem(HttpStatusCode.Forbidden, "tenant_unknown");
        (await host.GetAsync(Own + "?access_token=x", GovernedHost.Admin)).AssertProblem(HttpStatusCode.BadRequest, "token_in_query");
        Assert.Contains("resource_metadata=", (await host.GetAsync(Own)).Headers["WWW-Authenticate"], StringComparison.Ordinal);
    }
}
