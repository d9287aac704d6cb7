using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.ApiKeys;
using McpRegistry.Gateway;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport.Upstreams;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.AspNetCore.Tests.Tenancy;

/// <summary>A tenant that is shut out is refused at once, on every route, and what it has open ends.</summary>
public sealed class TenantStatusTests
{
    private const string Initialize =
        """{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}""";

    private static readonly (string Name, string Value) Accept = ("Accept", "application/json, text/event-stream");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Suspend_Tenant_IsRefusedEverywhereUntilResumed()
    {
        await using var host = await GovernedHost.StartAsync();
        var tenant = await host.AddTenantAsync("acme");
        var bystander = await host.AddKeyAsync(await host.AddTenantAsync("other"), ApiKeyScope.Admin);
        var key = await host.AddKeyAsync(tenant, ApiKeyScope.Admin);
        var token = host.Token("ann", ("mcpregistry:tenant", "acme"), ("scope", "mcp:admin"));
        await AssertAsync(host, key, HttpStatusCode.OK, null);
        await AssertAsync(host, token, HttpStatusCode.OK, null);
        var cookie = await host.SignInAsync("bob", ("mcpregistry:tenant", tenant.ToString()), ("mcpregistry:scope", "admin"));
        await AssertAsync(host, cookie, HttpStatusCode.OK, null);

        var suspended = await host.SendAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant}/suspend", null, GovernedHost.Admin);

        Assert.Equal("suspended", suspended.Json.GetProperty("status").GetString());
        await AssertAsync(host, key, HttpStatusCode.Unauthorized, "unauthorized");
        await AssertAsync(host, token, HttpStatusCode.Forbidden, "tenant_suspended");
        await AssertAsync(host, cookie, HttpStatusCode.Forbidden, "tenant_suspended");
        await AssertAsync(host, bystander, HttpStatusCode.OK, null);

        await host.SendAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant}/resume", null, GovernedHost.Admin);
        await AssertAsync(host, key, HttpStatusCode.OK, null);
        await AssertAsync(host, token, HttpStatusCode.OK, null);
    }

    [Fact]
    public async Task Disable_Tenant_IsRefusedAndNotResumedByTheWay()
    {
        await using var host = await GovernedHost.StartAsync();
        var tenant = await host.AddTenantAsync("acme");
        var path = $"/api/v1/tenants/{tenant}";
        await host.SendAsync(HttpMethod.Put, path, """{"name":"Acme","status":"disabled"}""", GovernedHost.Admin);

        await AssertAsync(host, host.Token("ann", ("mcpregistry:tenant", "acme"), ("scope", "mcp:admin")), HttpStatusCode.Forbidden, "tenant_disabled");
        (await host.SendAsync(HttpMethod.Post, path + "/resume", null, GovernedHost.Admin)).AssertProblem(HttpStatusCode.Conflict, "tenant_disabled");
        (await host.SendAsync(HttpMethod.Post, path + "/suspend", null, GovernedHost.Admin)).AssertProblem(HttpStatusCode.Conflict, "tenant_disabled");
    }

    [Fact]
    public async Task Suspend_WithWorkOpen_EndsCallsStreamsAndSessions()
    {
        await using var upstream = await ScriptedUpstream.StartAsync(UpstreamOptions.Modern, Cancellation);
        upstream.On("tools/list", ListAnswers.Page("tools", """[{"name":"work","inputSchema":{"type":"object"}}]""")).On("tools/call", Answers.Never);
        await using var host = await GovernedHost.StartAsync();
        var tenant = await host.AddTenantAsync("acme");
        var key = await host.AddKeyAsync(tenant, ApiKeyScope.Admin);
        await host.AddServerAsync("up", upstream.Url, key);
        var opened = await host.SendAsync(HttpMethod.Post, "/mcp", Initialize, key, Accept);
        var session = ("Mcp-Session-Id", opened.Headers["Mcp-Session-Id"]);
        using var listening = GovernedHost.Create(HttpMethod.Get, "/mcp", null, [key, session, ("Accept", "text/event-stream")]);
        using var stream = await host.Http.SendAsync(listening, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal(HttpStatusCode.OK, stream.StatusCode);
        var modern = host.CallAsync("/mcp", "tools/call", "\"name\":\"up__work\",\"arguments\":{}", key);
        var legacy = host.SendAsync(HttpMethod.Post, "/mcp", """{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"up__work","arguments":{}}}""", key, session, Accept);
        await upstream.Requests.WaitAsync("tools/call", Cancellation, 2);

        await host.SendAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant}/suspend", null, GovernedHost.Admin);

        await EndsWithoutResultAsync(modern);
        await EndsWithoutResultAsync(legacy);
        await ReadToEndAsync(stream);
        await upstream.WaitUntilAsync(static server => server.Requests.Of("tools/call").All(static call => call.WasAborted), "both calls are cancelled", Cancellation);
        await WaitForNoSessionAsync(host.Get<ClientSessions>());

        await host.SendAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant}/resume", null, GovernedHost.Admin);
        var late = await host.SendAsync(HttpMethod.Post, "/mcp", """{"jsonrpc":"2.0","id":8,"method":"ping"}""", key, session, Accept);
        Assert.Equal(HttpStatusCode.NotFound, late.Status);
    }

    /// <summary>A server that a suspended tenant shares would go on with the credential that the tenant stored.</summary>
    [Fact]
    public async Task Suspend_TenantThatSharesAServer_TakesItFromTheOthersUntilResumed()
    {
        await using var upstream = await StartWorkerAsync();
        await using var host = await GovernedHost.StartAsync();
        var (owner, guestKey) = await ShareAsync(host, upstream);
        var opened = await host.SendAsync(HttpMethod.Post, "/mcp", Initialize, guestKey, Accept);
        using var listening = GovernedHost.Create(
            HttpMethod.Get, "/mcp", null, [guestKey, ("Mcp-Session-Id", opened.Headers["Mcp-Session-Id"]), ("Accept", "text/event-stream")]);
        using var stream = await host.Http.SendAsync(listening, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var events = new StreamReader(await stream.Content.ReadAsStreamAsync(Cancellation));
        Assert.Contains("up__work", (await ListAsync()).Body, StringComparison.Ordinal);

        await host.SendAsync(HttpMethod.Post, $"/api/v1/tenants/{owner}/suspend", null, GovernedHost.Admin);

        Assert.Contains("\"unknown_tool\"", (await WorkAsync(host, guestKey)).Body, StringComparison.Ordinal);
        Assert.DoesNotContain("up__work", (await ListAsync()).Body, StringComparison.Ordinal);
        Assert.Contains("There is no such server.", (await ExplainAsync()).Body, StringComparison.Ordinal);
        string? line;
        do
        {
            line = await events.ReadLineAsync(Cancellation).AsTask().WaitAsync(TimeSpan.FromMinutes(2), Cancellation);
            Assert.NotNull(line);
        }
        while (!line.Contains("tools/list_changed", StringComparison.Ordinal));

        await host.SendAsync(HttpMethod.Post, $"/api/v1/tenants/{owner}/resume", null, GovernedHost.Admin);
        Assert.Contains("up__work", (await ListAsync()).Body, StringComparison.Ordinal);
        Assert.True((await ExplainAsync()).Json.GetProperty("allowed").GetBoolean());

        Task<Answer> ListAsync() => host.CallAsync("/mcp", "tools/list", "", guestKey);

        Task<Answer> ExplainAsync() => host.SendAsync(HttpMethod.Post, "/api/v1/access/explain", """{"server":"up","method":"tools/call"}""", guestKey);
    }

    [Fact]
    public async Task Suspend_TenantWhoseServerOthersAreCalling_EndsTheirCalls()
    {
        await using var upstream = await StartWorkerAsync();
        await using var host = await GovernedHost.StartAsync();
        var (owner, guestKey) = await ShareAsync(host, upstream);
        var running = WorkAsync(host, guestKey);
        await upstream.Requests.WaitAsync("tools/call", Cancellation);

        await host.SendAsync(HttpMethod.Post, $"/api/v1/tenants/{owner}/suspend", null, GovernedHost.Admin);

        Assert.Contains("\"error\"", (await running.WaitAsync(TimeSpan.FromMinutes(2), Cancellation)).Body, StringComparison.Ordinal);
        await upstream.WaitUntilAsync(static server => server.Requests.Of("tools/call").All(static call => call.WasAborted), "the call is cancelled", Cancellation);
    }

    [Fact]
    public async Task Suspend_WherePolicyIsTheHostsOwn_IsRefusedAllTheSame()
    {
        await using var host = await GovernedHost.StartAsync(
            static gateway => gateway.Services.AddAuthorization(static options => options.AddPolicy(
                McpRegistryPolicies.Read, static policy => policy.AddAuthenticationSchemes("Cookies").RequireAuthenticatedUser())),
            null);
        var tenant = await host.AddTenantAsync("acme");
        var cookie = await host.SignInAsync("bob", ("mcpregistry:tenant", tenant.ToString()));
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/api/v1/servers", cookie)).Status);

        await host.SendAsync(HttpMethod.Post, $"/api/v1/tenants/{tenant}/suspend", null, GovernedHost.Admin);

        (await host.GetAsync("/api/v1/servers", cookie)).AssertProblem(HttpStatusCode.Forbidden, "tenant_suspended");
    }

    /// <summary>A key that another replica has just issued for a tenant that it has just added works here at once.</summary>
    [Fact]
    public async Task Key_OfTenantThatThisReplicaHasNotHeardOf_IsTaken()
    {
        await using var host = await GovernedHost.StartAsync();
        var tenant = await host.AddTenantAsync("acme");
        var key = await host.AddKeyAsync(tenant, ApiKeyScope.Admin);
        await host.FollowAsync();
        host.Get<TenantDirectory>().Remove(tenant);

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/api/v1/servers", key)).Status);
        (await host.GetAsync("/api/v1/servers", host.Token("ann", ("mcpregistry:tenant", "acme"), ("scope", "mcp:read")))).AssertProblem(HttpStatusCode.Forbidden, "tenant_unknown");
    }

    [Fact]
    public async Task Open_SessionOfTenantThatWasShutOutMeanwhile_IsClosed()
    {
        await using var host = await GovernedHost.StartAsync();
        var sessions = host.Get<ClientSessions>();
        var tenant = await host.AddTenantAsync("acme", ",\"status\":\"suspended\"");

        var session = sessions.Open("p", null, "2025-11-25", McpRegistry.Upstream.ClientProfile.Plain, tenant);

        Assert.True(session!.Ended.IsCancellationRequested);
        Assert.Equal(0, sessions.Count);
    }

    /// <summary>A call of a suspended tenant ends by its connection or by its session, whichever is first.</summary>
    private static async Task EndsWithoutResultAsync(Task<Answer> call)
    {
        try
        {
            Assert.DoesNotContain("\"result\"", (await call).Body, StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            // It was cut off.
        }
    }

    private static async Task<ScriptedUpstream> StartWorkerAsync()
    {
        var upstream = await ScriptedUpstream.StartAsync(UpstreamOptions.Modern, Cancellation);
        upstream.On("tools/list", ListAnswers.Page("tools", """[{"name":"work","inputSchema":{"type":"object"}}]""")).On("tools/call", Answers.Never);
        return upstream;
    }

    /// <summary>Has a tenant share a server with another one; returns the owner, and a key of the guest.</summary>
    private static async Task<(TenantId Owner, (string Name, string Value) GuestKey)> ShareAsync(GovernedHost host, ScriptedUpstream upstream)
    {
        var (owner, guest) = (await host.AddTenantAsync("owner"), await host.AddTenantAsync("guest"));
        var ownerKey = await host.AddKeyAsync(owner, ApiKeyScope.Admin);
        await host.AddServerAsync("up", upstream.Url, ownerKey);
        var id = (await host.GetAsync("/api/v1/servers", ownerKey)).Json.GetProperty("servers")[0].GetProperty("id").GetGuid();
        var rule = $$$"""{"serverId":"{{{id}}}","subject":{"kind":"tenant","id":"{{{guest}}}"}}""";
        var shared = await host.SendAsync(HttpMethod.Post, "/api/v1/access-rules", rule, ownerKey);
        Assert.True(shared.Status == HttpStatusCode.Created, shared.Body);
        return (owner, await host.AddKeyAsync(guest, ApiKeyScope.Admin));
    }

    private static Task<Answer> WorkAsync(GovernedHost host, (string Name, string Value) key) =>
        host.CallAsync("/mcp", "tools/call", "\"name\":\"up__work\",\"arguments\":{}", key);

    private static async Task AssertAsync(GovernedHost host, (string Name, string Value) credential, HttpStatusCode status, string? code)
    {
        Answer[] answers =
        [
            await host.GetAsync("/api/v1/servers", credential),
            await host.GetAsync("/api/v1/tenants/acme", credential),
            await host.CallAsync("/mcp", "tools/list", "", credential),
            await host.CallAsync("/mcp/none", "tools/list", "", credential),
            await host.SendAsync(HttpMethod.Post, "/mcp", Initialize, credential, Accept),
            await host.GetAsync("/whoami", credential),
        ];
        if (code is null)
        {
            Assert.All(answers, static answer => Assert.True(answer.Status is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden), answer.Body));
        }
        else
        {
            Assert.All(answers, answer => answer.AssertProblem(status, code));
        }
    }

    /// <summary>The end of its session closes a stream, that of its tenant cuts it off: either may come first.</summary>
    private static async Task ReadToEndAsync(HttpResponseMessage stream)
    {
        var body = await stream.Content.ReadAsStreamAsync(Cancellation);
        Assert.True(await Record.ExceptionAsync(() => body.CopyToAsync(Stream.Null, Cancellation)) is null or IOException);
    }

    private static async Task WaitForNoSessionAsync(ClientSessions sessions)
    {
        for (var attempt = 0; attempt < 6_000 && sessions.Count > 0; attempt++)
        {
            await Task.Delay(20, Cancellation);
        }

        Assert.Equal(0, sessions.Count);
    }
}
