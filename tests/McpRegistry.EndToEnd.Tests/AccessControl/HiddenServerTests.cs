using System.Net;
using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.AccessControl;

/// <summary>What a caller may not use does not exist for it: every answer is that to something that nobody has registered.</summary>
public sealed class HiddenServerTests : AccessTest
{
    /// <summary>Registered and hidden; as long as <see cref="Absent"/>, which nobody has registered.</summary>
    private const string Hidden = "hidden";
    private const string Absent = "absent";

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Lists_OfTwoKeys_HaveWhatEachMayUse(Era era)
    {
        var (_, _, few, all) = await ArrangeAsync();

        foreach (var (member, method) in new[] { ("tools", "tools/list"), ("prompts", "prompts/list"), ("resources", "resources/list"), ("resourceTemplates", "resources/templates/list") })
        {
            var shown = await (await OpenAsync(few, era)).CallAsync(method, Cancellation);
            Assert.DoesNotContain(Hidden, shown.Body, StringComparison.Ordinal);
            Assert.Single(shown.Result.GetProperty(member).EnumerateArray());
            Assert.Equal(2, (await (await OpenAsync(all, era)).CallAsync(method, Cancellation)).Result.GetProperty(member).GetArrayLength());
        }
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Lists_HiddenServerIsAway_DoNotNameIt(Era era)
    {
        var (upstream, _, few, all) = await ArrangeAsync();
        await upstream.DisposeAsync();
        await Gateway.Registry.WaitAsync(Hidden, "unhealthy", Cancellation);

        Assert.Contains(Hidden, (await (await OpenAsync(all, era)).CallAsync("tools/list", Cancellation)).Body, StringComparison.Ordinal);
        Assert.DoesNotContain(Hidden, (await (await OpenAsync(few, era)).CallAsync("tools/list", Cancellation)).Body, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Calls_OfTheHidden_AreAnsweredLikeThoseOfTheUnknown(Era era)
    {
        var (upstream, _, few, _) = await ArrangeAsync();
        var client = await OpenAsync(few, era);
        var methods = new List<(string, string)>
        {
            ("tools/call", "\"name\":\"@__work\",\"arguments\":{}"),
            ("prompts/get", "\"name\":\"@__ask\""),
            ("resources/read", "\"uri\":\"mcp+@:test://one\""),
            ("completion/complete", "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"@__ask\"},\"argument\":{\"name\":\"a\",\"value\":\"b\"}"),
            ("completion/complete", "\"ref\":{\"type\":\"ref/resource\",\"uri\":\"mcp+@:test://many/{id}\"},\"argument\":{\"name\":\"id\",\"value\":\"b\"}"),
        };
        if (era == Era.Legacy)
        {
            methods.Add(("resources/subscribe", "\"uri\":\"mcp+@:test://one\""));
        }

        var before = upstream.Requests.All.Count;
        foreach (var (method, members) in methods)
        {
            await AssertSameAsync(alias => client.CallAsync(method, Cancellation, members.Replace("@", alias, StringComparison.Ordinal), id: "7"));
        }

        Assert.Equal(before, upstream.Requests.All.Count);
    }

    [Fact]
    public async Task Endpoint_OfTheHidden_IsAnsweredLikeThatOfTheUnknown()
    {
        var (_, _, few, _) = await ArrangeAsync();
        foreach (var method in new[] { "server/discover", "tools/list", "resources/list", "prompts/list" })
        {
            await AssertSameAsync(async alias => await (await OpenAsync(few, Era.Modern, alias)).CallAsync(method, Cancellation, id: "7"));
        }

        await AssertSameAsync(async alias => await (await OpenAsync(few, Era.Modern, alias)).CallToolAsync("work", Cancellation, id: "7"));
        await AssertSameAsync(alias => PostAsync(
            few, alias, """{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"raw","version":"1"}}}"""));
    }

    [Fact]
    public async Task Discovery_AndInstructions_SayNothingOfTheHidden()
    {
        var (_, _, few, _) = await ArrangeAsync();

        Assert.DoesNotContain(Hidden, (await (await OpenAsync(few, Era.Modern)).CallAsync("server/discover", Cancellation)).Body, StringComparison.Ordinal);
        Assert.DoesNotContain(Hidden, (await (await OpenAsync(few, Era.Legacy)).InitializeAsync(Cancellation)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rest_HiddenServer_IsNotThere()
    {
        var (_, id, few, _) = await ArrangeAsync();
        var unknown = Guid.CreateVersion7();
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete })
        {
            var hidden = await SendAsync(few, method, $"/api/v1/servers/{id}", method == HttpMethod.Put ? "{}" : null);
            Assert.Equal(await SendAsync(few, method, $"/api/v1/servers/{unknown}", method == HttpMethod.Put ? "{}" : null), hidden);
            Assert.Equal(HttpStatusCode.NotFound, hidden.Status);
        }

        Assert.Equal(await SendAsync(few, HttpMethod.Post, $"/api/v1/servers/{unknown}/refresh"), await SendAsync(few, HttpMethod.Post, $"/api/v1/servers/{id}/refresh"));
        Assert.Equal(["open"], JsonElement.Parse((await SendAsync(few, HttpMethod.Get, "/api/v1/servers")).Body).GetProperty("servers").EnumerateArray().Select(server => server.GetProperty("alias").GetString()));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(Gateway.Http, HttpMethod.Get, $"/api/v1/servers/{id}")).Status);
    }

    [Fact]
    public async Task Rest_PagesWithHiddenServers_AreFull()
    {
        var (few, key) = await AddCallerAsync("few");
        foreach (var alias in new[] { "a", "b", "c", "d", "e" })
        {
            var server = await Gateway.Registry.RegisterAsync($$"""{"name":"{{alias}}","alias":"{{alias}}","url":"http://127.0.0.1:9/"}""", Cancellation);
            if (alias is "a" or "b" or "d")
            {
                await GrantAsync(server.GetProperty("id").GetGuid(), alias == "d" ? key : (await AddCallerAsync("x" + alias)).KeyId);
            }
        }

        var first = JsonElement.Parse((await SendAsync(few, HttpMethod.Get, "/api/v1/servers?limit=2")).Body);
        var second = JsonElement.Parse((await SendAsync(few, HttpMethod.Get, $"/api/v1/servers?limit=2&cursor={first.GetProperty("nextCursor").GetString()}")).Body);

        Assert.Equal(["c", "d"], first.GetProperty("servers").EnumerateArray().Select(server => server.GetProperty("alias").GetString()));
        Assert.Equal(["e"], second.GetProperty("servers").EnumerateArray().Select(server => server.GetProperty("alias").GetString()));
        Assert.False(second.TryGetProperty("nextCursor", out _));
    }

    [Fact]
    public async Task Rest_ReadableServer_AsksForThePermissionToChangeIt()
    {
        var (_, id) = await AddServerAsync("open");
        var (reader, key) = await AddCallerAsync("reader");
        await GrantAsync(id, key);

        var (status, body) = await SendAsync(reader, HttpMethod.Delete, $"/api/v1/servers/{id}");
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("access_denied", body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(reader, HttpMethod.Put, $"/api/v1/servers/{id}", "{}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(reader, HttpMethod.Get, $"/api/v1/servers/{id}")).Status);
    }

    [Fact]
    public async Task Cache_AnswerKeptForOneCaller_DoesNotReachAnotherWhoMayNotSeeTheServer()
    {
        var (upstream, _, few, all) = await ArrangeAsync();
        upstream.On("resources/read", Answers.Result("""{"resultType":"complete","ttlMs":600000,"cacheScope":"public","contents":[{"uri":"test://one","text":"precious"}]}"""));
        var uri = $"\"uri\":\"mcp+{Hidden}:test://one\"";
        var first = await (await OpenAsync(all, Era.Modern)).CallAsync("resources/read", Cancellation, uri);
        Assert.Contains("precious", first.Body, StringComparison.Ordinal);
        Assert.Contains("precious", (await (await OpenAsync(all, Era.Modern)).CallAsync("resources/read", Cancellation, uri)).Body, StringComparison.Ordinal);
        Assert.Single(upstream.Requests.Of("resources/read"));

        Assert.Equal("unknown_resource", (await (await OpenAsync(few, Era.Modern)).CallAsync("resources/read", Cancellation, uri)).Reason);

        // And nothing in between may keep it for both.
        Assert.Equal("private", first.Result.GetProperty("cacheScope").GetString());
    }

    /// <summary>Registers a server for everybody and one for a second key only.</summary>
    private async Task<(ScriptedUpstream Hidden, Guid Id, HttpClient Few, HttpClient All)> ArrangeAsync()
    {
        await AddServerAsync("open");
        var (upstream, id) = await AddServerAsync(Hidden);
        var (few, _) = await AddCallerAsync("few");
        var (all, key) = await AddCallerAsync("all");
        await GrantAsync(id, key);
        return (upstream, id, few, all);
    }

    private async Task<McpAnswer> PostAsync(HttpClient http, string alias, string body)
    {
        var client = await OpenAsync(http, Era.Modern, alias);
        return await client.PostAsync(body, [], Cancellation);
    }

    /// <summary>Status, headers and body must be the same but for the name that was asked for.</summary>
    private static async Task AssertSameAsync(Func<string, Task<McpAnswer>> call)
    {
        var (hidden, absent) = (await call(Hidden), await call(Absent));
        Assert.Equal(absent.Status, hidden.Status);
        Assert.Equal(Written(absent, Absent), Written(hidden, Hidden));
        Assert.Contains("unknown_", absent.Reason, StringComparison.Ordinal);

        static string Written(McpAnswer answer, string alias) =>
            string.Join('\n', answer.Headers.Where(header => header.Key != "Date").Select(header => $"{header.Key}: {string.Join(',', header.Value)}")) + answer.Body.Replace(alias, "@", StringComparison.Ordinal);
    }
}
