using System.Net;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.AccessControl;

/// <summary>A right that is given or taken away holds at once, for what is open as well.</summary>
public sealed class WithdrawnRightTests : AccessTest
{
    private static TenantId Third { get; } = new(new Guid(0x99, 0, 0, new byte[8]));

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Withdrawn_OpenClient_FindsTheServerGone(Era era)
    {
        var (_, id) = await AddServerAsync("up");
        var (http, key) = await AddCallerAsync("one");
        var rule = await GrantAsync(id, key);
        await GrantAsync(id, (await AddCallerAsync("two")).KeyId);
        var merged = await OpenAsync(http, era);
        var single = await OpenAsync(http, era, "up");
        Assert.Equal(HttpStatusCode.OK, (await merged.CallToolAsync("up__work", Cancellation)).Status);
        Assert.Equal(HttpStatusCode.OK, (await single.CallToolAsync("work", Cancellation)).Status);

        await DeleteRuleAsync(rule);

        Assert.Equal("unknown_tool", (await merged.CallToolAsync("up__work", Cancellation)).Reason);
        Assert.Equal("unknown_server", (await single.CallToolAsync("work", Cancellation)).Reason);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Withdrawn_OpenStream_SaysThatTheListsChangedAndThenNothingOfTheServer(Era era, Era server)
    {
        var (upstream, id) = await AddServerAsync("up", server);
        var (http, key) = await AddCallerAsync("one");
        var (others, otherKey) = await AddCallerAsync("two");
        var rule = await GrantAsync(id, key);
        await GrantAsync(id, otherKey);
        var stream = await WatchAsync(http, era);
        var witness = await WatchAsync(others, era);
        await PushAsync(upstream, server);
        await stream.ExpectAsync("test://one", Cancellation);
        await witness.ExpectAsync("test://one", Cancellation);

        await DeleteRuleAsync(rule);
        await stream.ExpectAsync("tools/list_changed", Cancellation);
        if (era == Era.Legacy)
        {
            await stream.ExpectAsync("prompts/list_changed", Cancellation);
            await stream.ExpectAsync("resources/list_changed", Cancellation);
        }

        var next = stream.NextAsync(Cancellation);
        await PushAsync(upstream, server);
        await witness.ExpectAsync("test://one", Cancellation);
        Assert.False(next.IsCompleted);

        await GrantAsync(id, key);
        while (!(await next).GetProperty("method").ValueEquals("notifications/tools/list_changed"))
        {
            // What was still on its way from the server may be heard again.
            next = stream.NextAsync(Cancellation);
        }
    }

    [Fact]
    public async Task Changes_OfAHiddenServer_AreNotHeard()
    {
        var (open, _) = await AddServerAsync("open");
        var (hidden, id) = await AddServerAsync("hidden");
        await GrantAsync(id, (await AddCallerAsync("two")).KeyId);
        var (http, _) = await AddCallerAsync("one");
        var client = await OpenAsync(http, Era.Modern);
        var witness = await WatchAsync(await OpenAsync(Gateway.Http, Era.Modern), """{"toolsListChanged":true,"promptsListChanged":true}""");
        var stream = await WatchAsync(client, """{"toolsListChanged":true,"promptsListChanged":true}""", http: http);

        // The administrator's calls follow the rules as well, so that one hears of it no more than the other.
        hidden.On("prompts/list", ListAnswers.Page("prompts", """[{"name":"ask"},{"name":"fresh"}]"""));
        await hidden.PushAsync("notifications/prompts/list_changed");
        await Gateway.Registry.RefreshAsync("hidden", Cancellation);
        open.On("tools/list", ListAnswers.Page("tools", """[{"name":"work","inputSchema":{}},{"name":"more","inputSchema":{}}]"""));
        await open.PushAsync("notifications/tools/list_changed");

        await stream.ExpectAsync("tools/list_changed", Cancellation);
        await witness.ExpectAsync("tools/list_changed", Cancellation);
    }

    [Theory]
    [InlineData(Era.Modern, HttpStatusCode.Forbidden)]
    [InlineData(Era.Legacy, HttpStatusCode.OK)]
    public async Task Method_DeniedOnAVisibleServer_SaysThatAccessIsDenied(Era era, HttpStatusCode status)
    {
        var (upstream, id) = await AddServerAsync("up");
        var (http, key) = await AddCallerAsync("one");
        await GrantAsync(id, key, ",\"deniedMethods\":[\"tools/call\",\"prompts/list\"]");
        var client = await OpenAsync(http, era);

        Assert.Equal(["up__work"], Names(await client.CallAsync("tools/list", Cancellation)));
        Assert.Empty(Names(await client.CallAsync("prompts/list", Cancellation), "prompts"));
        var denied = await client.CallToolAsync("up__work", Cancellation);
        Assert.Equal((status, "access_denied"), (denied.Status, denied.Reason));
        Assert.Equal("access_denied", (await (await OpenAsync(http, era, "up")).CallAsync("prompts/list", Cancellation)).Reason);
        Assert.Empty(upstream.Requests.Of("tools/call"));
    }

    [Fact]
    public async Task Key_WithServersAndMethods_ReachesNothingElse()
    {
        var (_, id) = await AddServerAsync("up");
        await AddServerAsync("other");
        var (http, _) = await AddCallerAsync("bound", Ordinary, key => key with { AllowedServers = [id], AllowedMethods = ["tools/list"] });
        var client = await OpenAsync(http, Era.Modern);

        Assert.Equal(["up__work"], Names(await client.CallAsync("tools/list", Cancellation)));
        Assert.Equal("access_denied", (await client.CallToolAsync("up__work", Cancellation)).Reason);
        Assert.Equal("access_denied", (await client.CallToolAsync("other__work", Cancellation)).Reason);
        Assert.Equal("unknown_server", (await (await OpenAsync(http, Era.Modern, "other")).CallAsync("tools/list", Cancellation)).Reason);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(http, HttpMethod.Post, "/api/v1/servers", """{"name":"x","url":"http://127.0.0.1:9/"}""")).Status);
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Shared_WithAnotherTenant_IsServedThere(Era era)
    {
        var theirs = await AddTenantAsync();
        var (_, id) = await AddServerAsync("shared", registry: new Hosting.RegistryClient(theirs));
        var now = TimeProvider.System.GetUtcNow();
        await Gateway.Get<ITenantStore>().AddAsync(new() { Id = Third, Slug = "third", Name = "Third", CreatedAt = now, UpdatedAt = now }, null, Cancellation);
        await Gateway.FollowAsync(Cancellation);
        var (third, _) = await AddCallerAsync("third", Ordinary, key => key with { Tenant = Third });
        Assert.Empty(Names(await (await OpenAsync(third, era)).CallAsync("tools/list", Cancellation)));

        await AddRuleAsync($$"""{"serverId":"{{id}}","subject":{"kind":"tenant","id":"{{Third}}"} }""", theirs);

        var client = await OpenAsync(third, era);
        Assert.Equal(["shared__work"], Names(await client.CallAsync("tools/list", Cancellation)));
        Assert.Equal(HttpStatusCode.OK, (await client.CallToolAsync("shared__work", Cancellation)).Status);
        Assert.Equal(["shared__work"], Names(await (await OpenAsync(theirs, era)).CallAsync("tools/list", Cancellation)));
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(third, HttpMethod.Get, $"/api/v1/servers/{id}")).Status);
    }

    private async Task<OpenStream> WatchAsync(HttpClient http, Era era)
    {
        var client = await OpenAsync(http, era);
        if (era == Era.Legacy)
        {
            await client.CallAsync("resources/subscribe", Cancellation, "\"uri\":\"test://one\"");
        }

        return await WatchAsync(client, """{"toolsListChanged":true,"resourceSubscriptions":["test://one"]}""", http: http);
    }

    private static async Task PushAsync(ScriptedUpstream upstream, Era server)
    {
        await (server == Era.Legacy ? upstream.Requests.WaitAsync("resources/subscribe", Cancellation) : upstream.Requests.WaitAsync(
            "subscriptions/listen", Cancellation));
        await upstream.WaitUntilAsync(open => open.OpenStreams >= 3, "the watches of the clients are open", Cancellation);
        await upstream.PushAsync("notifications/resources/updated", """{"uri":"test://one"}""");
    }
}
