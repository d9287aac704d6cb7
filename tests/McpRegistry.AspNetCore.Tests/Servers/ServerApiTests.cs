using System.Net;
using System.Text;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Servers;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Tenancy;

namespace McpRegistry.AspNetCore.Tests.Servers;

public sealed class ServerApiTests : IAsyncLifetime
{
    private const string Path = ServerEndpoints.Path;
    private AccessHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await AccessHost.StartAsync(("Stdio:AllowedCommands:0:Command", "node"), ("Stdio:AllowedEnvironmentVariables:0", "TOKEN"));
        _host.UseKey(ApiKeyScope.Admin);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Post_Definition_CreatesServer()
    {
        var answer = await _host.SendAsync(HttpMethod.Post, Path, """{"name":"io.github.user/weather","url":"https://example.com/mcp","tags":["a","a"],"transport":"sse"}""");

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        var id = answer.Json.GetProperty("id").GetGuid();
        Assert.Equal($"{Path}/{id}", answer.Headers["Location"]);
        Assert.Equal("\"1\"", answer.Headers["ETag"]);
        Assert.Equal("api", answer.Json.GetProperty("origin").GetString());
        Assert.Equal("unknown", answer.Json.GetProperty("condition").GetProperty("health").GetString());
        Assert.Equal("/mcp/weather", answer.Json.GetProperty("urls").GetProperty("mcp").GetString());
        Assert.Equal(
            """{"name":"io.github.user/weather","alias":"weather","tags":["a"],"isolation":"per_session","enabled":true,"endpoints":[{"transport":"sse","url":"https://example.com/mcp","weight":1}]}""",
            answer.Json.GetProperty("definition").GetRawText());
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"transport\":\"websocket\"")]
    public async Task Post_WebSocketServer_IsShownUnderItsName(string transport)
    {
        var answer = await _host.SendAsync(HttpMethod.Post, Path, $$"""{"name":"live","url":"wss://example.com/mcp"{{transport}}}""");

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.Equal(
            """[{"transport":"websocket","url":"wss://example.com/mcp","weight":1}]""",
            answer.Json.GetProperty("definition").GetProperty("endpoints").GetRawText());
    }

    [Fact]
    public async Task Get_TextBeyondAscii_StaysReadable()
    {
        await _host.SendAsync(HttpMethod.Post, Path, """{"name":"天気 <b>'x'</b>","alias":"w","url":"https://example.com"}""");

        var answer = await _host.GetAsync(Path);

        Assert.Contains("天気 <b>'x'</b>", answer.Body, StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
        Assert.StartsWith("application/json", answer.ContentType, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_ManyFaults_ListsAllOfReadingAndRules()
    {
        var answer = await _host.SendAsync(HttpMethod.Post, Path, """
            {"name":7,"alias":"Bad Alias","tags":"x","transport":"carrier-pigeon","enabled":"yes","unknown":1,"enabled":true,
             "endpoints":[{"url":"ftp://x","weight":1.5,"environment":{"A":1},"extra":null},"x"]}
            """);

        answer.AssertProblem(HttpStatusCode.BadRequest, "invalid");
        Assert.Equal(
            [
                "enabled:duplicate_member",
                "name:wrong_type",
                "tags:wrong_type",
                "enabled:wrong_type",
                "endpoints[0].environment.A:wrong_type",
                "endpoints[0].weight:wrong_type",
                "endpoints[0].extra:unknown_member",
                "endpoints[1]:wrong_type",
                "transport:unknown_value",
                "unknown:unknown_member",
                "alias:alias_form",
                "endpoints[1].url:required",
                "endpoints[0].url:url_scheme",
            ],
            answer.Faults);
        Assert.Empty(_host.Registry.Servers);
    }

    [Fact]
    public async Task Post_TakenAlias_IsConflict()
    {
        await _host.RegisterAsync("weather");

        var answer = await _host.SendAsync(HttpMethod.Post, Path, """{"name":"other/weather","url":"https://example.com"}""");

        answer.AssertProblem(HttpStatusCode.Conflict, "conflict");
        Assert.Equal(["alias:taken"], answer.Faults);
    }

    [Fact]
    public async Task Post_UnlistedCommand_IsRefused()
    {
        var answer = await _host.SendAsync(HttpMethod.Post, Path, """{"name":"x","command":"bash","arguments":["-c","id"],"workingDirectory":"/","environment":{"PATH":"/x"}}""");

        Assert.Equal(["command:command_not_allowed", "workingDirectory:not_over_rest", "environment.PATH:variable_not_allowed"], answer.Faults);
    }

    [Fact]
    public async Task Put_DefinitionOfGet_KeepsSecretAndVersion()
    {
        var created = await _host.SendAsync(HttpMethod.Post, Path, """{"name":"tool","command":"node","arguments":["a.js"],"environment":{"TOKEN":"s3cret"}}""");
        var id = created.Json.GetProperty("id").GetGuid();
        var read = await _host.GetAsync($"{Path}/{id}");
        Assert.DoesNotContain("s3cret", created.Body + read.Body, StringComparison.Ordinal);
        var definition = read.Json.GetProperty("definition").GetRawText();

        var same = await _host.SendAsync(HttpMethod.Put, $"{Path}/{id}", definition, ("If-Match", read.Headers["ETag"]));
        var changed = await _host.SendAsync(HttpMethod.Put, $"{Path}/{id}", definition.Replace("\"enabled\":true", "\"enabled\":false", StringComparison.Ordinal));

        Assert.Equal("\"1\"", same.Headers["ETag"]);
        Assert.Equal("\"2\"", changed.Headers["ETag"]);
        var stored = _host.Registry.Servers[id].Server;
        Assert.Equal(("s3cret", false), (stored.Endpoints[0].Environment["TOKEN"], stored.Enabled));
    }

    [Theory]
    [InlineData("\"1\"", 200)]
    [InlineData("*", 200)]
    [InlineData("\"7\", \"1\"", 200)]
    [InlineData("\"2\"", 412)]
    [InlineData("W/\"1\"", 412)]
    [InlineData("garbage", 412)]
    public async Task Put_IfMatch_GuardsTheVersion(string tag, int expected)
    {
        var id = await _host.RegisterAsync("weather");

        var answer = await _host.SendAsync(HttpMethod.Put, $"{Path}/{id}", """{"name":"new","url":"https://example.com"}""", ("If-Match", tag));

        Assert.Equal(expected, (int)answer.Status);
        Assert.Equal(expected == 200 ? "new" : "weather", _host.Registry.Servers[id].Server.Name);
        Assert.Equal("weather", _host.Registry.Servers[id].Server.Alias);
    }

    [Theory]
    [InlineData("DELETE", "")]
    [InlineData("PUT", "/maintenance")]
    [InlineData("DELETE", "/maintenance")]
    public async Task Change_IfMatch_GuardsTheVersion(string method, string path)
    {
        var id = await _host.RegisterAsync("weather");
        foreach (var tag in new[] { "\"2\"", "garbage" })
        {
            (await _host.SendAsync(new HttpMethod(method), $"{Path}/{id}{path}", (string?)null, ("If-Match", tag))).AssertProblem(HttpStatusCode.PreconditionFailed, "stale");
        }

        var answer = await _host.SendAsync(new HttpMethod(method), $"{Path}/{id}{path}", (string?)null, ("If-Match", "\"1\""));

        Assert.True((int)answer.Status < 300, answer.Body);
    }

    [Theory]
    [InlineData(ServerOrigin.Configuration, "McpRegistry:Servers:weather")]
    [InlineData(ServerOrigin.Code, "AddServer(")]
    public async Task PutAndDelete_DeclaredServer_SayWhereToChangeIt(ServerOrigin origin, string place)
    {
        var id = await _host.RegisterAsync("weather");
        var declared = new StoredServer(_host.Registry.Servers[id].Server with { Origin = origin }, null);
        _host.Registry.Servers[id] = declared;

        foreach (var answer in new[] { await _host.SendAsync(HttpMethod.Delete, $"{Path}/{id}"), await _host.SendAsync(HttpMethod.Put, $"{Path}/{id}", """{"name":"new","url":"https://example.com"}""") })
        {
            answer.AssertProblem(HttpStatusCode.Conflict, "not_editable");
            Assert.Contains(place, answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }

        Assert.Same(declared, _host.Registry.Servers[id]);
    }

    [Fact]
    public async Task Delete_Server_IsGone()
    {
        var id = await _host.RegisterAsync("weather");

        Assert.Equal(HttpStatusCode.NoContent, (await _host.SendAsync(HttpMethod.Delete, $"{Path}/{id}")).Status);
        (await _host.GetAsync($"{Path}/{id}")).AssertProblem(HttpStatusCode.NotFound, "not_found");
        (await _host.SendAsync(HttpMethod.Delete, $"{Path}/{id}")).AssertProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Get_OtherTenantsServer_IsNotFoundOnEveryRoute()
    {
        var id = await _host.RegisterAsync("weather");
        _host.UseKey(ApiKeyScope.Admin, new TenantId(Guid.Parse("11111111-1111-1111-1111-111111111111")));

        Assert.Equal(HttpStatusCode.NotFound, (await _host.GetAsync($"{Path}/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _host.SendAsync(HttpMethod.Delete, $"{Path}/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _host.SendAsync(HttpMethod.Put, $"{Path}/{id}", """{"name":"x","url":"https://example.com"}""")).Status);
        Assert.Equal(0, (await _host.GetAsync(Path)).Json.GetProperty("servers").GetArrayLength());
        Assert.Single(_host.Registry.Servers);
    }

    [Fact]
    public async Task GetList_Pages_ReturnEachServerOnce()
    {
        foreach (var name in new[] { "e", "b", "d", "a", "c" })
        {
            await _host.RegisterAsync(name);
        }

        var seen = new List<string?>();
        string? cursor = null;
        do
        {
            var page = (await _host.GetAsync($"{Path}?limit=2" + (cursor is null ? "" : "&cursor=" + cursor))).Json;
            seen.AddRange(page.GetProperty("servers").EnumerateArray().Select(static server => server.GetProperty("alias").GetString()));
            cursor = page.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);

        Assert.Equal(["a", "b", "c", "d", "e"], seen);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=201")]
    [InlineData("limit=x")]
    [InlineData("limit=-1")]
    [InlineData("limit=1&limit=2")]
    [InlineData("limit=99999999999999999999")]
    [InlineData("cursor=")]
    [InlineData("cursor=%00")]
    [InlineData("cursor=!!!!")]
    [InlineData("cursor=Li4vLi4v")]
    [InlineData("cursor=YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh")]
    public async Task GetList_BadQuery_IsRefused(string query) =>
        (await _host.GetAsync($"{Path}?{query}")).AssertProblem(HttpStatusCode.BadRequest, "invalid");

    [Fact]
    public async Task Get_DiscoveredServer_ShowsConditionAndCatalogue()
    {
        var id = await DiscoverAsync();

        var plain = (await _host.GetAsync($"{Path}/{id}")).Json;
        var full = (await _host.GetAsync($"{Path}/{id}?include=items")).Json;

        Assert.Equal("""{"health":"unhealthy","reason":"process_exited","message":"It ended.","since":"2026-01-01T00:00:00+00:00"}""", plain.GetProperty("condition").GetRawText());
        Assert.Equal(
            """{"health":"degraded","completedAt":"2026-01-01T00:00:00+00:00","durationMs":1500,"era":"legacy","protocolVersion":"2025-11-25","serverInfo":{"name":"w","x":123456789012345678901234567890},"faults":[{"reason":"timeout","message":"Slow."}],"counts":{"tools":2,"resources":0,"resourceTemplates":0,"prompts":1}}""",
            plain.GetProperty("discovery").GetRawText());
        Assert.Equal("""{"tools":["t1","t2"],"resources":[],"resourceTemplates":[],"prompts":["p"]}""", full.GetProperty("discovery").GetProperty("items").GetRawText());
        (await _host.GetAsync($"{Path}/{id}?include=secrets")).AssertProblem(HttpStatusCode.BadRequest, "invalid");
    }

    [Fact]
    public async Task Refresh_Server_ReturnsReport()
    {
        var id = await DiscoverAsync();

        var answer = await _host.SendAsync(HttpMethod.Post, $"{Path}/{id}/refresh");

        Assert.Equal(2, answer.Json.GetProperty("counts").GetProperty("tools").GetInt32());
        (await _host.SendAsync(HttpMethod.Post, $"{Path}/{Guid.Empty}/refresh")).AssertProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Get_BrokenStore_Answers500WithoutItsText()
    {
        _host.Registry.Failure = new InvalidOperationException("password=hunter2 at Database.cs:1");

        var answer = await _host.GetAsync($"{Path}/{Guid.Empty}");

        answer.AssertProblem(HttpStatusCode.InternalServerError, "internal");
        Assert.DoesNotContain("hunter2", answer.Body, StringComparison.Ordinal);
    }

    private async Task<Guid> DiscoverAsync()
    {
        var id = await _host.RegisterAsync("weather");
        var report = new DiscoveryReport
        {
            Health = ServerHealth.Degraded,
            CompletedAt = _host.Clock.GetUtcNow(),
            Duration = TimeSpan.FromSeconds(1.5),
            Era = ProtocolEra.Legacy,
            ProtocolVersion = "2025-11-25",
            ServerInfo = Encoding.UTF8.GetBytes("""{"name":"w","x":123456789012345678901234567890}"""),
            Faults = [new DiscoveryFault(FaultReasons.Timeout, "Slow.")],
            HasItems = true,
            Items = [Item(CatalogueItemKind.Tool, "t1"), Item(CatalogueItemKind.Tool, "t2"), Item(CatalogueItemKind.Prompt, "p")],
        };
        _host.Registry.Servers[id] = new StoredServer(_host.Registry.Servers[id].Server, report);
        _host.Registry.Conditions[id] = new ServerCondition(ServerHealth.Unhealthy, new DiscoveryFault(FaultReasons.ProcessExited, "It ended."), _host.Clock.GetUtcNow());
        return id;

        static CatalogueItem Item(CatalogueItemKind kind, string key) => new() { Kind = kind, Key = key, Ordinal = 0, Json = default };
    }
}
