using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Tenancy;
using McpRegistry.Tenancy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.AspNetCore.Tests.Tenancy;

/// <summary>What requests say of tenants only chooses among those that the caller has.</summary>
public sealed class TenantSelectionTests
{
    private static readonly (string Key, string Value)[] ByHost =
        [("Tenants:HostSuffix", ".gateway.example"), ("Tenants:Hosts:one.example", "one"), ("Http:AllowedHosts:0", "*")];

    [Fact]
    public async Task Header_OfPrincipalWithTwoTenants_ChoosesOneOfThem()
    {
        await using var host = await GovernedHost.StartAsync();
        var one = await host.AddTenantAsync("one");
        var two = await host.AddTenantAsync("two");
        await host.AddTenantAsync("three");
        var token = host.Token("ann", ("mcpregistry:tenant", new[] { "one", two.ToString(), "gone" }), ("scope", "mcp:proxy mcp:read"));

        Assert.Equal($"{one}:https://idp.example:ann", (await host.GetAsync("/whoami", token, ("X-Tenant", "one"))).Body);
        Assert.Equal($"{two}:https://idp.example:ann", (await host.GetAsync("/whoami", token, ("X-Tenant", "two"))).Body);
        Assert.Equal($"{two}:https://idp.example:ann", (await host.GetAsync("/whoami", token, ("X-Tenant", two.ToString()))).Body);
        Assert.Equal(two.ToString(), (await host.GetAsync("/tenant", token, ("X-Tenant", "two"))).Body);
        (await host.GetAsync("/whoami", token)).AssertProblem(HttpStatusCode.Forbidden, "tenant_required");
        var unknown = await host.GetAsync("/whoami", token, ("X-Tenant", "none"));
        unknown.AssertProblem(HttpStatusCode.Forbidden, "tenant_unknown");
        foreach (var choice in (string[])["three", "gone", "", "One", "one ,two", TenantId.Global.ToString(), Guid.CreateVersion7(DateTimeOffset.UnixEpoch).ToString()])
        {
            Assert.Equal(unknown.Body, (await host.GetAsync("/whoami", token, ("X-Tenant", choice))).Body);
        }

        Assert.Equal(unknown.Body, (await host.GetAsync("/whoami", token, ("X-Tenant", "one"), ("X-Tenant", "two"))).Body);
    }

    [Fact]
    public async Task Header_OfKey_MayOnlySayWhatTheKeySays()
    {
        await using var host = await GovernedHost.StartAsync();
        var key = await host.AddKeyAsync(await host.AddTenantAsync("one"), ApiKeyScope.Admin);
        await host.AddTenantAsync("two");

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/whoami", key, ("X-Tenant", "one"))).Status);
        (await host.GetAsync("/whoami", key, ("X-Tenant", "two"))).AssertProblem(HttpStatusCode.Forbidden, "tenant_unknown");
        (await host.GetAsync("/whoami", GovernedHost.Admin, ("X-Tenant", "two"))).AssertProblem(HttpStatusCode.Forbidden, "tenant_unknown");
    }

    [Fact]
    public async Task Header_OfGlobalAdminWhereAllowed_ActsForAnyTenant()
    {
        await using var host = await GovernedHost.StartAsync(("Tenants:AdminsActForTenants", "true"));
        var one = await host.AddTenantAsync("one");
        var reader = await host.AddKeyAsync(TenantId.Global, ApiKeyScope.Read | ApiKeyScope.Proxy);

        var registered = await host.SendAsync(
            HttpMethod.Post, "/api/v1/servers", """{"name":"held","url":"https://up.example/mcp","enabled":false}""", GovernedHost.Admin, ("X-Tenant", "one"));

        Assert.Equal(HttpStatusCode.Created, registered.Status);
        Assert.Empty((await host.GetAsync("/api/v1/servers", GovernedHost.Admin)).Json.GetProperty("servers").EnumerateArray());
        Assert.Single((await host.GetAsync("/api/v1/servers", await host.AddKeyAsync(one, ApiKeyScope.Read))).Json.GetProperty("servers").EnumerateArray());
        Assert.StartsWith($"{one}:key:", (await host.GetAsync("/whoami", GovernedHost.Admin, ("X-Tenant", "one"))).Body, StringComparison.Ordinal);
        Assert.Equal($"{one}:https://idp.example:root", (await host.GetAsync("/whoami", host.Token("root", ("scope", "mcp:admin")), ("X-Tenant", "one"))).Body);
        (await host.GetAsync("/whoami", GovernedHost.Admin, ("X-Tenant", "none"))).AssertProblem(HttpStatusCode.Forbidden, "tenant_unknown");
        (await host.GetAsync("/whoami", reader, ("X-Tenant", "one"))).AssertProblem(HttpStatusCode.Forbidden, "tenant_unknown");
    }

    [Theory]
    [InlineData("one.example", "one")]
    [InlineData("ONE.example:8080", "one")]
    [InlineData("two.gateway.example", "two")]
    [InlineData("Two.Gateway.Example", "two")]
    [InlineData("three.gateway.example", null)]
    [InlineData("a.two.gateway.example", null)]
    public async Task Host_Name_ChoosesATenantThatTheCallerHas(string name, string? expected)
    {
        await using var host = await GovernedHost.StartAsync(ByHost);
        var ids = new Dictionary<string, TenantId>(StringComparer.Ordinal) { ["one"] = await host.AddTenantAsync("one"), ["two"] = await host.AddTenantAsync("two") };
        await host.AddTenantAsync("three");
        var token = host.Token("ann", ("mcpregistry:tenant", new[] { "one", "two" }), ("scope", "mcp:proxy"));

        var answer = await host.GetAsync("/whoami", token, ("Host", name));

        if (expected is null)
        {
            answer.AssertProblem(HttpStatusCode.Forbidden, "tenant_unknown");
        }
        else
        {
            Assert.Equal($"{ids[expected]}:https://idp.example:ann", answer.Body);
        }
    }

    [Fact]
    public async Task Resolvers_SeveralSaySomething_TheHostsOwnGoesFirstThenTheHeader()
    {
        await using var host = await GovernedHost.StartAsync(static gateway => gateway.AddTenantResolver<PathResolver>(), null, ByHost);
        var one = await host.AddTenantAsync("one");
        var two = await host.AddTenantAsync("two");
        var token = host.Token("ann", ("mcpregistry:tenant", new[] { "one", "two" }), ("scope", "mcp:proxy"));

        Assert.StartsWith($"{two}:", (await host.GetAsync("/whoami", token, ("Host", "one.example"), ("X-Tenant", "two"))).Body, StringComparison.Ordinal);
        Assert.StartsWith($"{one}:", (await host.GetAsync("/whoami?t=one", token, ("X-Tenant", "two"))).Body, StringComparison.Ordinal);
        (await host.GetAsync("/whoami?t=none", token, ("X-Tenant", "two"))).AssertProblem(HttpStatusCode.Forbidden, "tenant_unknown");
    }

    [Fact]
    public async Task Principal_WithoutTenant_IsGlobalUnlessOneIsRequired()
    {
        await using var open = await GovernedHost.StartAsync();
        await using var strict = await GovernedHost.StartAsync(("Principals:RequireTenant", "true"));

        Assert.Equal($"{TenantId.Global}:https://idp.example:ann", (await open.GetAsync("/whoami", open.Token("ann", ("scope", "mcp:proxy")))).Body);
        (await open.GetAsync("/whoami", open.Token("ann", ("scope", "mcp:proxy"), ("mcpregistry:tenant", "gone")))).AssertProblem(HttpStatusCode.Forbidden, "tenant_unknown");
        (await strict.GetAsync("/whoami", strict.Token("ann", ("scope", "mcp:proxy")))).AssertProblem(HttpStatusCode.Forbidden, "tenant_unknown");
    }

    private sealed class PathResolver : ITenantResolver
    {
        public ValueTask<string?> ResolveAsync(HttpContext context, CancellationToken cancellationToken) => new((string?)context.Request.Query["t"]);
    }
}
