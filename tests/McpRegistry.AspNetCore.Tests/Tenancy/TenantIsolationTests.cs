using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.Tenancy;

namespace McpRegistry.AspNetCore.Tests.Tenancy;

/// <summary>An administrator of one tenant, by key and by token, against the rest of the installation.</summary>
public sealed class TenantIsolationTests
{
    private const string Path = "/api/v1/tenants";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Admin_OfATenant_SeesItsOwnAndChangesNone(bool byKey)
    {
        await using var host = await GovernedHost.StartAsync();
        var own = await host.AddTenantAsync("own", ",\"maxServers\":1");
        var other = await host.AddTenantAsync("other");
        var credential = await AdminOfAsync(host, own, byKey);
        var before = (await host.GetAsync(Path, GovernedHost.Admin)).Body;

        Assert.Equal(own.ToString(), Assert.Single((await host.GetAsync(Path, credential)).Json.GetProperty("tenants").EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync($"{Path}/{own}", credential)).Status);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync($"{Path}/own", credential)).Status);
        var missing = await host.GetAsync($"{Path}/{Guid.CreateVersion7(DateTimeOffset.UnixEpoch)}", credential);
        foreach (var name in (string[])[other.ToString(), "other"])
        {
            Assert.Equal(missing.Body, (await host.GetAsync($"{Path}/{name}", credential)).Body);
        }

        foreach (var name in (string[])[own.ToString(), "own", other.ToString(), "other", "none"])
        {
            (await host.SendAsync(HttpMethod.Put, $"{Path}/{name}", """{"name":"mine","maxServers":99}""", credential)).AssertProblem(HttpStatusCode.Forbidden, "forbidden");
            (await host.SendAsync(HttpMethod.Delete, $"{Path}/{name}", null, credential)).AssertProblem(HttpStatusCode.Forbidden, "forbidden");
            (await host.SendAsync(HttpMethod.Post, $"{Path}/{name}/suspend", null, credential)).AssertProblem(HttpStatusCode.Forbidden, "forbidden");
            (await host.SendAsync(HttpMethod.Post, $"{Path}/{name}/resume", null, credential)).AssertProblem(HttpStatusCode.Forbidden, "forbidden");
        }

        (await host.SendAsync(HttpMethod.Post, Path, """{"slug":"new","name":"n"}""", credential)).AssertProblem(HttpStatusCode.Forbidden, "forbidden");
        Assert.Equal(before, (await host.GetAsync(Path, GovernedHost.Admin)).Body);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Admin_OfATenant_ReachesNoServerOfAnother(bool byKey)
    {
        await using var host = await GovernedHost.StartAsync(null, null, ("Tenants:AdminsActForTenants", "true"));
        var own = await host.AddTenantAsync("own");
        var other = await host.AddTenantAsync("other");
        var owner = await host.AddKeyAsync(other, ApiKeyScope.Admin);
        var added = await host.SendAsync(HttpMethod.Post, "/api/v1/servers", """{"name":"held","url":"https://up.example/mcp","enabled":false}""", owner);
        var server = "/api/v1/servers/" + added.Json.GetProperty("id").GetString();
        var credential = await AdminOfAsync(host, own, byKey);

        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync(server, credential)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync(HttpMethod.Delete, server, null, credential)).Status);
        Assert.Empty((await host.GetAsync("/api/v1/servers", credential)).Json.GetProperty("servers").EnumerateArray());
        foreach (var choice in (string[])["other", other.ToString(), TenantId.Global.ToString()])
        {
            (await host.GetAsync(server, credential, ("X-Tenant", choice))).AssertProblem(HttpStatusCode.Forbidden, "tenant_unknown");
        }

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(server, owner)).Status);
    }

    [Theory]
    [InlineData(ApiKeyScope.Write | ApiKeyScope.Proxy | ApiKeyScope.Metrics | ApiKeyScope.Health)]
    [InlineData(ApiKeyScope.None)]
    public async Task Key_WithoutAdmin_SeesNoTenant(ApiKeyScope scopes)
    {
        await using var host = await GovernedHost.StartAsync();
        var key = await host.AddKeyAsync(await host.AddTenantAsync("own"), scopes);

        (await host.GetAsync(Path, key)).AssertProblem(HttpStatusCode.Forbidden, "forbidden");
        (await host.GetAsync($"{Path}/own", key)).AssertProblem(HttpStatusCode.Forbidden, "forbidden");
    }

    private static async Task<(string Name, string Value)> AdminOfAsync(GovernedHost host, TenantId tenant, bool byKey) =>
        byKey ? await host.AddKeyAsync(tenant, ApiKeyScope.Admin) : host.Token("ann", ("mcpregistry:tenant", tenant.ToString()), ("scope", "mcp:admin"));
}
