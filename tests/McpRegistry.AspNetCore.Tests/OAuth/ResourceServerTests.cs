using System.Net;
using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.Tenancy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;

namespace McpRegistry.AspNetCore.Tests.OAuth;

/// <summary>The parts of OAuth 2.1 that a resource server has (protocol.md, section 3).</summary>
public sealed class ResourceServerTests
{
    private const string WellKnown = "/.well-known/oauth-protected-resource";
    private const string Origin = "https://mcp.example.com";

    private static readonly (string Key, string Value)[] Settings =
    [
        ("OAuth:AuthorizationServers:0", "https://idp.example"),
        ("OAuth:ResourceName", "The gateway"),
        ("OAuth:Documentation", "https://docs.example/mcp"),
        ("Http:PublicOrigin", Origin),
    ];

    [Theory]
    [InlineData("/mcp", "mcp:proxy")]
    [InlineData("/mcp/none", "mcp:proxy")]
    [InlineData("/api/v1", "mcp:admin mcp:health mcp:metrics mcp:read mcp:write")]
    public async Task Metadata_OfEachEndpoint_IsServedToEverybody(string path, string scopes)
    {
        await using var host = await GovernedHost.StartAsync(Settings);

        var answer = await host.GetAsync(WellKnown + path);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(Origin + path, answer.Json.GetProperty("resource").GetString());
        Assert.Equal("https://idp.example", Assert.Single(answer.Json.GetProperty("authorization_servers").EnumerateArray()).GetString());
        Assert.Equal(scopes, string.Join(' ', answer.Json.GetProperty("scopes_supported").EnumerateArray().Select(static scope => scope.GetString()).Order(StringComparer.Ordinal)));
        Assert.Equal("header", Assert.Single(answer.Json.GetProperty("bearer_methods_supported").EnumerateArray()).GetString());
        Assert.Equal(("The gateway", "https://docs.example/mcp"), (answer.Json.GetProperty("resource_name").GetString(), answer.Json.GetProperty("resource_documentation").GetString()));
    }

    [Fact]
    public async Task Metadata_OfAliasThatExists_IsLikeThatOfOneThatDoesNot()
    {
        await using var host = await GovernedHost.StartAsync(Settings);
        await host.SendAsync(HttpMethod.Post, "/api/v1/servers", """{"name":"held","url":"https://up.example/mcp","enabled":false}""", GovernedHost.Admin);

        var there = (await host.GetAsync(WellKnown + "/mcp/held")).Body;
        Assert.Equal(there, (await host.GetAsync(WellKnown + "/mcp/none")).Body.Replace("/none", "/held", StringComparison.Ordinal));
        foreach (var other in (string[])["/other", "/mcp/a/b", "/api/v2", "/mcp/%22x", "/mcp/a%0d%0ab"])
        {
            (await host.GetAsync(WellKnown + other)).AssertProblem(HttpStatusCode.NotFound, "not_found");
        }
    }

    [Fact]
    public async Task Metadata_WithoutAuthorizationServers_IsNotThere()
    {
        await using var host = await GovernedHost.StartAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync(WellKnown + "/mcp")).Status);
        Assert.Equal("Bearer", (await host.GetAsync("/mcp")).Headers["WWW-Authenticate"]);
    }

    [Fact]
    public async Task Request_WithoutToken_LearnsWhereToGetOne()
    {
        await using var host = await GovernedHost.StartAsync(Settings);

        foreach (var path in (string[])["/mcp", "/mcp/up", "/MCP/"])
        {
            var answer = await host.CallAsync(path, "tools/list", "");
            answer.AssertProblem(HttpStatusCode.Unauthorized, "unauthorized");
            var resource = path == "/mcp/up" ? "/mcp/up" : "/mcp";
            Assert.Equal($"Bearer scope=\"mcp:proxy\", resource_metadata=\"{Origin}{WellKnown}{resource}\"", answer.Headers["WWW-Authenticate"]);
        }

        Assert.Equal($"Bearer scope=\"mcp:read\", resource_metadata=\"{Origin}{WellKnown}/api/v1\"", (await host.GetAsync("/api/v1/servers")).Headers["WWW-Authenticate"]);
        var wrong = await host.GetAsync("/api/v1/servers", ("X-Api-Key", "wrong"));
        wrong.AssertProblem(HttpStatusCode.Unauthorized, "unauthorized");
        Assert.Contains("resource_metadata", wrong.Headers["WWW-Authenticate"], StringComparison.Ordinal);
        var bad = await host.GetAsync("/api/v1/servers", ("Authorization", "Bearer abc"));
        Assert.StartsWith("Bearer error=\"invalid_token\"", bad.Headers["WWW-Authenticate"], StringComparison.Ordinal);
        var hostile = await host.CallAsync("/mcp/%22%2C%20evil%3D%22", "tools/list", "");
        Assert.EndsWith("/mcp/%22%2C%20evil%3D%22\"", hostile.Headers["WWW-Authenticate"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_WithTooLittle_LearnsAllScopesAtOnce()
    {
        await using var host = await GovernedHost.StartAsync(Settings);

        var answer = await host.SendAsync(HttpMethod.Post, "/api/v1/servers", "{}", host.Token("ann", ("scope", "mcp:read"), ("aud", Origin + "/api/v1")));

        answer.AssertProblem(HttpStatusCode.Forbidden, "forbidden");
        Assert.Equal($"Bearer error=\"insufficient_scope\", scope=\"mcp:write\", resource_metadata=\"{Origin}{WellKnown}/api/v1\"", answer.Headers["WWW-Authenticate"]);
    }

    [Fact]
    public async Task Token_ForAnotherResource_IsRefused()
    {
        await using var host = await GovernedHost.StartAsync(Settings);
        (string Name, string Value) For(params object[] audience) => host.Token("ann", ("scope", "mcp:proxy mcp:read"), ("aud", audience));

        foreach (var other in (object[][])[[], ["https://other.example"], [Origin], [Origin + "/mcp/"], [Origin + "/mcp/up"], [Origin + "/api/v1"], [Origin + "/MCP"]])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await host.CallAsync("/mcp", "server/discover", "", For(other))).Status);
        }

        Assert.Equal(HttpStatusCode.OK, (await host.CallAsync("/mcp", "server/discover", "", For("https://other.example", Origin + "/mcp"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/api/v1/servers", For(Origin + "/api/v1"))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.GetAsync("/api/v1/servers", For(Origin + "/mcp"))).Status);
    }

    /// <summary>Without a public origin the resource has the name that the request says: only one that the operator has named is believed.</summary>
    [Fact]
    public async Task Token_ForAnotherHost_IsRefusedThoughTheRequestSaysThatHost()
    {
        await using var host = await GovernedHost.StartAsync([("OAuth:AuthorizationServers:0", "https://idp.example"), ("Http:AllowedHosts:0", "mine.example")]);
        (string Name, string Value) For(string audience) => host.Token("ann", ("scope", "mcp:proxy mcp:read"), ("aud", audience));

        foreach (var name in (string[])["other.example", "x.mine.example", "mine.example:8443"])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await host.GetAsync("/whoami", For($"http://{name}"), ("Host", name))).Status);
            Assert.Equal(HttpStatusCode.Unauthorized, (await host.CallAsync("/mcp", "server/discover", "", For($"http://{name}/mcp"), ("Host", name))).Status);
        }

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/whoami", For("http://mine.example"), ("Host", "mine.example"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await host.CallAsync("/mcp", "server/discover", "", For("http://mine.example/mcp"), ("Host", "mine.example"))).Status);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("*.ours.example")]
    public async Task Start_AudienceThatManyHostNamesGive_IsRefused(string hosts)
    {
        (string Key, string Value)[] settings = [("OAuth:AuthorizationServers:0", "https://idp.example"), ("Http:AllowedHosts:0", hosts)];

        var exception = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => GovernedHost.StartAsync(settings));

        Assert.Contains("Http:PublicOrigin", exception.Message, StringComparison.Ordinal);
        await (await GovernedHost.StartAsync([.. settings, ("OAuth:ValidateAudience", "false")])).DisposeAsync();
        await (await GovernedHost.StartAsync([.. settings, ("Http:PublicOrigin", Origin)])).DisposeAsync();
    }

    /// <summary>Keys and cookies are of this gateway alone and have no audience.</summary>
    [Fact]
    public async Task KeyOrCookie_WhereTokensNeedAnAudience_IsTaken()
    {
        await using var host = await GovernedHost.StartAsync(Settings);

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/api/v1/servers", await host.AddKeyAsync(TenantId.Global, ApiKeyScope.Read))).Status);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/api/v1/servers", await host.SignInAsync("ann", ("mcpregistry:scope", "read")))).Status);
    }

    [Fact]
    public async Task SharedResource_OneTokenServesAllEndpoints()
    {
        await using var host = await GovernedHost.StartAsync([.. Settings, ("OAuth:SharedResource", "true")]);
        var token = host.Token("ann", ("scope", "mcp:proxy mcp:read"), ("aud", Origin));

        Assert.Equal(HttpStatusCode.OK, (await host.CallAsync("/mcp", "server/discover", "", token)).Status);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/api/v1/servers", token)).Status);
        foreach (var path in (string[])["", "/mcp", "/mcp/up"])
        {
            Assert.Equal(Origin, (await host.GetAsync(WellKnown + path)).Json.GetProperty("resource").GetString());
        }

        Assert.EndsWith($"resource_metadata=\"{Origin}{WellKnown}\"", (await host.CallAsync("/mcp", "tools/list", "")).Headers["WWW-Authenticate"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/mcp?access_token=")]
    [InlineData("/api/v1/servers?limit=1&access_token=")]
    public async Task Token_InTheQuery_IsRefusedWhateverElseIsSent(string path)
    {
        await using var host = await GovernedHost.StartAsync(Settings);
        var token = host.Token("ann", ("scope", "mcp:admin"), ("aud", new[] { Origin + "/mcp", Origin + "/api/v1" }));

        foreach (var credential in ((string Name, string Value)[])[token, GovernedHost.Admin])
        {
            var answer = await host.GetAsync(path + token.Value["Bearer ".Length..], credential);
            answer.AssertProblem(HttpStatusCode.BadRequest, "token_in_query");
            Assert.StartsWith("Bearer error=\"invalid_request\"", answer.Headers["WWW-Authenticate"], StringComparison.Ordinal);
        }
    }

    /// <summary>Only what the host's own middleware has accepted counts; nothing here reads the headers of proxies.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Origin_ForwardedByAProxy_CountsWhereTheHostTrustsIt(bool trusts)
    {
        await using var host = await GovernedHost.StartAsync(
            null,
            app =>
            {
                if (trusts)
                {
                    app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost });
                    UseInOrder(app);
                }
            },
            ("OAuth:AuthorizationServers:0", "https://idp.example"), ("Http:AllowedHosts:0", "outer.example"));

        var answer = await host.CallAsync("/mcp", "tools/list", "", ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "outer.example"));

        var origin = trusts ? "https://outer.example" : host.BaseAddress.ToString().TrimEnd('/');
        Assert.EndsWith($"resource_metadata=\"{origin}{WellKnown}/mcp\"", answer.Headers["WWW-Authenticate"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task PathBase_IsPartOfTheResource()
    {
        await using var host = await GovernedHost.StartAsync(
            null,
            static app =>
            {
                app.UsePathBase("/base");
                UseInOrder(app);
            },
            Settings);

        var challenge = (await host.CallAsync("/base/mcp", "tools/list", "")).Headers["WWW-Authenticate"];
        Assert.EndsWith($"resource_metadata=\"{Origin}/base{WellKnown}/mcp\"", challenge, StringComparison.Ordinal);
        Assert.Equal($"{Origin}/base/mcp", (await host.GetAsync($"/base{WellKnown}/mcp")).Json.GetProperty("resource").GetString());
        Assert.Equal($"{Origin}/base/mcp", (await host.GetAsync($"{WellKnown}/base/mcp")).Json.GetProperty("resource").GetString());
        var token = host.Token("ann", ("scope", "mcp:proxy"), ("aud", Origin + "/base/mcp"));
        Assert.Equal(HttpStatusCode.OK, (await host.CallAsync("/base/mcp", "server/discover", "", token)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.CallAsync("/mcp", "server/discover", "", token)).Status);
    }

    /// <summary>ASP.NET Core would put these before what the host has put first.</summary>
    private static void UseInOrder(WebApplication app)
    {
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
    }
}
