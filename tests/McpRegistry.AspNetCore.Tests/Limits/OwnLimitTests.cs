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

    /// <summary>A principal of the host that has no user here has a rate all the same, and begins anew with its tenant.</summary>
    [Fact]
    public async Task OwnLimits_OfAPrincipalWithoutAUser_AreShownAndResetWithItsTenant()
    {
        await using var host = await GovernedHost.StartAsync(("Limits:Rates:Enabled", "true"), ("Limits:Rates:User", "1"), ("Limits:Rates:Burst", "2"));
        var acme = await host.AddTenantAsync("acme");
        var ann = host.Token("ann", ("mcpregistry:tenant", "acme"), ("scope", "mcp:read"));
        for (var request = 0; request < 2; request++)
        {
            Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/api/v1/servers", ann)).Status);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await host.GetAsync("/api/v1/servers", ann)).Status);
        Assert.Equal(0, await RemainingAsync());
        var reset = await host.SendAsync(HttpMethod.Post, "/api/v1/limits/reset", $$"""{"tenant":"{{acme}}"}""", GovernedHost.Admin);
        Assert.Equal(HttpStatusCode.NoContent, reset.Status);
        await host.FollowAsync();

        Assert.Equal(2, await RemainingAsync());
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/api/v1/servers", ann)).Status);

        async Task<int> RemainingAsync() => (await host.GetAsync(Own, ann)).Json.GetProperty("rates").EnumerateArray()
            .Single(static rate => rate.GetProperty("limit").ValueEquals("user")).GetProperty("remaining").GetInt32();
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
