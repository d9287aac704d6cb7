using System.Net;
using System.Security.Claims;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Principals;
using McpRegistry.Tenancy;
using McpRegistry.Users;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.AspNetCore.Tests.Principals;

/// <summary>Bearer tokens, cookies and keys in one host.</summary>
public sealed class PrincipalTests
{
    private const string Servers = "/api/v1/servers";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_AnyAcceptedCredential_OpensWhatItsScopesSay()
    {
        await using var host = await GovernedHost.StartAsync();
        var tenant = await host.AddTenantAsync("acme");
        (string Name, string Value)[] credentials =
        [
            host.Token("ann", ("mcpregistry:tenant", "acme"), ("scope", "openid mcp:read mcp:proxy")),
            host.Token("bob", ("mcpregistry:tenant", "acme"), ("scp", new[] { "mcp:read", "mcp:proxy", "mcp:nonsense", "admin" })),
            await host.SignInAsync("cyd", ("mcpregistry:tenant", tenant.ToString()), ("mcpregistry:scope", "read"), ("mcpregistry:scope", "proxy")),
            await host.AddKeyAsync(tenant, ApiKeyScope.Read | ApiKeyScope.Proxy),
        ];

        foreach (var credential in credentials)
        {
            Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(Servers, credential)).Status);
            Assert.Equal(HttpStatusCode.OK, (await host.CallAsync("/mcp", "server/discover", "", credential)).Status);
            Assert.Equal(tenant.ToString(), (await host.GetAsync("/tenant", credential)).Body);
            (await host.SendAsync(HttpMethod.Post, Servers, "{}", credential)).AssertProblem(HttpStatusCode.Forbidden, "forbidden");
        }
    }

    [Fact]
    public async Task Request_NoOrBadCredential_IsUnauthorized()
    {
        await using var host = await GovernedHost.StartAsync();
        using var stranger = new TokenIssuer();
        var good = host.Token("ann", ("scope", "mcp:admin"));
        var key = await host.AddKeyAsync(TenantId.Global, ApiKeyScope.Admin);
        (string Name, string Value)[][] requests =
        [
            [],
            [("Authorization", "Bearer " + stranger.Issue("ann", ("scope", "mcp:admin")))],
            [("Authorization", good.Value + "x")],
            [("Authorization", "Bearer mcpk_test_wrong")],
            [("Cookie", ".AspNetCore.Cookies=CfDJ8nonsense")],
            [("X-Api-Key", "wrong"), good],
            [("X-Api-Key", key.Value["Bearer ".Length..]), good],
        ];

        foreach (var headers in requests)
        {
            foreach (var path in (string[])[Servers, "/whoami"])
            {
                var answer = await host.GetAsync(path, headers);
                answer.AssertProblem(HttpStatusCode.Unauthorized, "unauthorized");
                Assert.StartsWith("Bearer", answer.Headers["WWW-Authenticate"], StringComparison.Ordinal);
            }
        }

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(Servers, good)).Status);
    }

    /// <summary>Two issuers, or two tenants, may use one id for two people; what belongs to one must not reach the other.</summary>
    [Fact]
    public async Task Principal_SameSubjectInAnotherTenant_IsSomebodyElse()
    {
        await using var host = await GovernedHost.StartAsync();
        var one = await host.AddTenantAsync("one");
        var two = await host.AddTenantAsync("two");

        var ids = new List<string>();
        foreach (var tenant in (TenantId[])[one, two])
        {
            ids.Add((await host.GetAsync("/whoami", host.Token("ann", ("mcpregistry:tenant", tenant.ToString()), ("scope", "mcp:proxy")))).Body);
        }

        ids.Add((await host.GetAsync("/whoami", await host.SignInAsync("ann", ("mcpregistry:tenant", "one"), ("mcpregistry:scope", "proxy")))).Body);
        Assert.Equal([$"{one}:https://idp.example:ann", $"{two}:https://idp.example:ann", $"{one}:LOCAL AUTHORITY:ann"], ids);
    }

    [Fact]
    public async Task Principal_WithoutStableId_IsNobody()
    {
        await using var host = await GovernedHost.StartAsync();

        (await host.GetAsync(Servers, host.Token("", ("scope", "mcp:admin")))).AssertProblem(HttpStatusCode.Forbidden, "principal_unknown");
    }

    [Fact]
    public async Task User_Deactivated_IsRefusedAtOnceAndLetInAgain()
    {
        await using var host = await GovernedHost.StartAsync(("Principals:ProvisionUsers", "true"));
        var tenant = await host.AddTenantAsync("acme");
        var token = host.Token("ann", ("mcpregistry:tenant", "acme"), ("scope", "mcp:read"), ("preferred_username", "ann@acme"), ("email", "ann@acme.example"), ("name", "Ann"), ("roles", new[] { "Other", "Server_Owner" }));
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(Servers, token)).Status);

        var users = host.Get<IUserStore>();
        var user = Assert.Single(await users.ListAsync(tenant, new UserQuery(), Cancellation));
        Assert.Equal(("ann@acme", "ann@acme.example", "Ann", UserRole.ServerOwner), (user.Username, user.Email, user.FullName, user.Role));
        Assert.Equal(("https://idp.example", "ann"), (user.AuthProvider, user.AuthProviderId));
        var off = await users.UpdateAsync(tenant, user with { IsActive = false }, null, Cancellation);
        await WaitAsync(host, token, HttpStatusCode.Forbidden);
        (await host.GetAsync(Servers, token)).AssertProblem(HttpStatusCode.Forbidden, "user_inactive");
        (await host.CallAsync("/mcp", "tools/list", "", token)).AssertProblem(HttpStatusCode.Forbidden, "user_inactive");
        await users.UpdateAsync(tenant, off.Value! with { IsActive = true }, null, Cancellation);
        await WaitAsync(host, token, HttpStatusCode.OK);
        Assert.Single(await users.ListAsync(tenant, new UserQuery(), Cancellation));
    }

    /// <summary>Whoever can choose a name or address at an identity provider must not become the user who has it here.</summary>
    [Fact]
    public async Task Provision_NameAndAddressTaken_AddsAnotherUser()
    {
        await using var host = await GovernedHost.StartAsync(("Principals:ProvisionUsers", "true"));
        await host.AddTenantAsync("acme");
        var first = host.Token("ann", ("mcpregistry:tenant", "acme"), ("scope", "mcp:proxy"), ("preferred_username", "ann"), ("email", "ann@acme.example"));
        var second = host.Token("eve", ("mcpregistry:tenant", "acme"), ("scope", "mcp:proxy"), ("preferred_username", "ANN"), ("email", "ann@ACME.example"));

        Assert.EndsWith(":ann", (await host.GetAsync("/whoami", first)).Body, StringComparison.Ordinal);
        Assert.EndsWith(":eve", (await host.GetAsync("/whoami", second)).Body, StringComparison.Ordinal);

        var tenant = host.Get<TenantDirectory>().TryFind("acme", out var found) ? found : default;
        var users = await host.Get<IUserStore>().ListAsync(tenant, new UserQuery(), Cancellation);
        Assert.Equal(["ann", "eve"], users.Select(static user => user.AuthProviderId).Order(StringComparer.Ordinal));
        Assert.Contains(users, static user => user.Email.EndsWith("@users.invalid", StringComparison.Ordinal) && user.AuthProviderId == "eve");
    }

    [Fact]
    public async Task Provision_ManyFirstRequestsAtOnce_AddOneUser()
    {
        await using var host = await GovernedHost.StartAsync(("Principals:ProvisionUsers", "true"));
        var tenant = await host.AddTenantAsync("acme");
        var token = host.Token("ann", ("mcpregistry:tenant", "acme"), ("scope", "mcp:read"), ("name", "Ann"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => host.GetAsync(Servers, token)));

        Assert.All(answers, static answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Single(await host.Get<IUserStore>().ListAsync(tenant, new UserQuery(), Cancellation));
    }

    [Fact]
    public async Task Mapper_OfTheHost_Decides()
    {
        await using var host = await GovernedHost.StartAsync(static gateway => gateway.UsePrincipalMapper<GroupMapper>(), null);
        var tenant = await host.AddTenantAsync("acme");

        Assert.Equal($"{tenant}:groups:ann", (await host.GetAsync("/whoami", host.Token("ann", ("group", "agents")))).Body);
        (await host.GetAsync("/whoami", host.Token("ann", ("group", "others"), ("scope", "mcp:admin")))).AssertProblem(HttpStatusCode.Forbidden, "principal_unknown");
    }

    [Theory]
    [InlineData("Principals:Schemes:0", "Nowhere", "Nowhere")]
    [InlineData("Principals:Schemes:0", "McpRegistry", "the gateway's own scheme")]
    [InlineData("Principals:TenantClaim", "", "TenantClaim")]
    [InlineData("Principals:ScopePrefix", "m c", "ScopePrefix")]
    [InlineData("Tenants:HostSuffix", "gateway.example", "HostSuffix")]
    [InlineData("Tenants:HeaderName", "X Tenant", "HeaderName")]
    [InlineData("Tenants:Hosts:one.example", "Not A Slug", "Hosts:one.example")]
    [InlineData("Http:PublicOrigin", "https://x.example/path", "PublicOrigin")]
    [InlineData("OAuth:AuthorizationServers:0", "http://idp.example", "AuthorizationServers:0")]
    [InlineData("OAuth:ScopesSupported:0", "offline_access", "ScopesSupported:0")]
    [InlineData("OAuth:Documentation", "docs", "Documentation")]
    public async Task Start_BadOption_SaysWhich(string key, string value, string named)
    {
        var exception = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => GovernedHost.StartAsync((key, value)));

        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
    }

    private static async Task WaitAsync(GovernedHost host, (string Name, string Value) token, HttpStatusCode status)
    {
        for (var attempt = 0; attempt < 6_000 && (await host.GetAsync(Servers, token)).Status != status; attempt++)
        {
            await Task.Delay(20, Cancellation);
        }
    }

    private sealed class GroupMapper : IPrincipalMapper
    {
        public ValueTask<MappedPrincipal?> MapAsync(ClaimsPrincipal principal, CancellationToken cancellationToken) => new(
            principal.HasClaim("group", "agents")
                ? new MappedPrincipal { Issuer = "groups", Subject = principal.FindFirst("sub")!.Value, Tenants = ["acme"], Scopes = ApiKeyScope.Proxy }
                : null);
    }
}
