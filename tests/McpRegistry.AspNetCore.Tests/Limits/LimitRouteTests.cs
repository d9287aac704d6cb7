using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.Tenancy;

namespace McpRegistry.AspNetCore.Tests.Limits;

/// <summary>Who may begin the limits of a tenant anew.</summary>
public sealed class LimitRouteTests
{
    [Fact]
    public async Task Reset_OfItsOwnTenantByItsAdministrator_IsRefusedAndTheQuotaStays()
    {
        await using var host = await GovernedHost.StartAsync();
        var acme = await host.AddTenantAsync("acme", ""","settings":{"limits":{"perHour":2}}""");
        var admin = await host.AddKeyAsync(acme, ApiKeyScope.Admin);

        // The limits of a tenant come with the feed.
        await host.FollowAsync();
        for (var call = 0; call < 2; call++)
        {
            Assert.Equal(HttpStatusCode.OK, (await host.CallAsync("/mcp", "tools/list", "", admin)).Status);
        }

        (await ResetAsync(host, acme, admin)).AssertProblem(HttpStatusCode.Forbidden, "forbidden");

        Assert.Equal(HttpStatusCode.TooManyRequests, (await host.CallAsync("/mcp", "tools/list", "", admin)).Status);
        var shown = await host.GetAsync($"/api/v1/limits?tenant={acme}", admin);
        Assert.Equal(0, shown.Json.GetProperty("quotas").EnumerateArray().Single().GetProperty("remaining").GetInt32());
        Assert.Equal(HttpStatusCode.NoContent, (await ResetAsync(host, acme, GovernedHost.Admin)).Status);
    }

    /// <summary>Who acts for a tenant acts as an administrator of that tenant, and resets its limits at home.</summary>
    [Fact]
    public async Task Reset_ByAnAdministratorWhoActsForTheTenant_IsOneOfTheTenantsOwn()
    {
        await using var host = await GovernedHost.StartAsync(("Tenants:AdminsActForTenants", "true"));
        var acme = await host.AddTenantAsync("acme");

        (await ResetAsync(host, acme, GovernedHost.Admin, ("X-Tenant", "acme"))).AssertProblem(HttpStatusCode.Forbidden, "forbidden");
        (await ResetAsync(host, TenantId.Global, GovernedHost.Admin, ("X-Tenant", "acme"))).AssertProblem(HttpStatusCode.NotFound, "not_found");
    }

    /// <summary>A reset writes into the trail of the tenant, and one that is not there has none.</summary>
    [Fact]
    public async Task Limits_OfATenantThatIsNotThere_AreNotFound()
    {
        await using var host = await GovernedHost.StartAsync();
        var nobody = new TenantId(Guid.CreateVersion7());

        (await host.GetAsync($"/api/v1/limits?tenant={nobody}", GovernedHost.Admin)).AssertProblem(HttpStatusCode.NotFound, "not_found");
        (await ResetAsync(host, nobody, GovernedHost.Admin)).AssertProblem(HttpStatusCode.NotFound, "not_found");
        Assert.Empty(await host.Get<IAuditStore>().SearchAsync(nobody, new AuditQuery(), TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.NoContent, (await ResetAsync(host, TenantId.Global, GovernedHost.Admin)).Status);
    }

    [Fact]
    public async Task Limits_OfAToolOfAServerThatTheKeyIsNotFor_AreNotFound()
    {
        await using var host = await GovernedHost.StartAsync();
        var own = await AddServerAsync(host, "own");
        await AddServerAsync(host, "other");
        var made = await host.SendAsync(HttpMethod.Post, "/api/v1/keys", $$"""{"name":"bound","scopes":["admin"],"allowedServers":["{{own}}"]}""", GovernedHost.Admin);
        var bound = ("Authorization", "Bearer " + made.Json.GetProperty("key").GetString());

        foreach (var (tool, key, known) in new[] { ("own__work", bound, true), ("other__work", bound, false), ("other__work", GovernedHost.Admin, true) })
        {
            var shown = await host.GetAsync($"/api/v1/limits?tool={tool}", key);
            var reset = await host.SendAsync(HttpMethod.Post, "/api/v1/limits/reset", $$"""{"tool":"{{tool}}"}""", key);
            Assert.Equal(known ? (HttpStatusCode.OK, HttpStatusCode.NoContent) : (HttpStatusCode.NotFound, HttpStatusCode.NotFound), (shown.Status, reset.Status));
        }
    }

    private static async Task<string> AddServerAsync(GovernedHost host, string alias)
    {
        var answer = await host.SendAsync(
            HttpMethod.Post, "/api/v1/servers", $$"""{"name":"{{alias}}","alias":"{{alias}}","endpoints":[{"url":"http://127.0.0.1:1/mcp"}]}""", GovernedHost.Admin);
        return answer.Json.GetProperty("id").GetString()!;
    }

    private static Task<Answer> ResetAsync(GovernedHost host, TenantId tenant, params (string Name, string Value)[] headers) =>
        host.SendAsync(HttpMethod.Post, "/api/v1/limits/reset", $$"""{"tenant":"{{tenant}}"}""", headers);
}
