using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Upstreams;

/// <summary>An upstream that misbehaves is reported on its own server; the good one beside it is served all the while.</summary>
public sealed class MisbehavingUpstreamTests : EndToEndTest
{
    private static readonly string[] Methods = ["server/discover", "initialize", "tools/list"];

    private protected override GatewaySetup Setup => new()
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            // For the servers that hang; the large lists of others must be read within it, on a machine that is busy too.
            ["Upstream:ConnectTimeout"] = "00:00:05",
            ["Upstream:DiscoveryTimeout"] = "00:00:05",
        },
    };

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        var good = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        await Gateway.Registry.AddAsync("good", good.Url, Cancellation);
    }

    [Theory]
    [InlineData("stuck cursor", "cursor_loop", 1)]
    [InlineData("endless pages", "too_large", 1)]
    [InlineData("10 MB schema", "too_large", 0)]
    [InlineData("hanging list", "timeout", 0)]
    [InlineData("error", "protocol_error", 0)]
    [InlineData("no list", "protocol_error", 0)]
    [InlineData("tool without a name", "protocol_error", 1)]
    public async Task List_Broken_DegradesTheServerAndKeepsTheRest(string fault, string reason, int leastTools)
    {
        foreach (var era in Enum.GetValues<Era>())
        {
            var alias = $"bad-{era}".ToLowerInvariant();
            var upstream = Own(await ScriptedServers.StartAsync(era, Cancellation));
            upstream.On("tools/list", ListFault(fault, era));
            await Gateway.Registry.RegisterAsync($$"""{"name":"{{alias}}","alias":"{{alias}}","url":"{{upstream.Url}}"}""", Cancellation);
            var server = await Gateway.Registry.WaitAsync(alias, "degraded", Cancellation);
            Assert.Contains(reason, RegistryClient.FaultReasons(server));
            var items = (await Gateway.Registry.DescribeAsync(alias, Cancellation)).GetProperty("discovery").GetProperty("items");
            Assert.InRange(items.GetProperty("tools").GetArrayLength(), leastTools, 10_000);
        }

        await AssertGoodIsServedAsync();
    }

    [Theory]
    [InlineData("hangs", "timeout")]
    [InlineData("401", "unauthorized")]
    [InlineData("403", "unauthorized")]
    [InlineData("500", "http_error")]
    [InlineData("redirects", "http_error")]
    [InlineData("HTML", "http_error")]
    [InlineData("wrong JSON", "protocol_error")]
    [InlineData("wrong id", "unreachable")]
    [InlineData("cut inside", "unreachable")]
    [InlineData("cut at once", "unreachable")]
    public async Task Handshake_Broken_IsReportedAndNeverFatal(string fault, string reason)
    {
        var upstream = Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation));
        foreach (var method in Methods)
        {
            upstream.On(method, HandshakeFault(fault));
        }

        await Gateway.Registry.RegisterAsync($$"""{"name":"bad","alias":"bad","url":"{{upstream.Url}}"}""", Cancellation);
        var server = await Gateway.Registry.WaitAsync("bad", "unhealthy", Cancellation);
        Assert.Equal(reason, RegistryClient.Reason(server));
        await AssertGoodIsServedAsync();
        var list = await (await OpenAsync(Era.Modern)).CallAsync("tools/list", Cancellation);
        var missing = list.Result.GetProperty("_meta").GetProperty("io.github.mcpregistry/upstreams").GetProperty("bad");
        Assert.Equal("missing", missing.GetProperty("status").GetString());
        Assert.Equal(reason, missing.GetProperty("reason").GetString());
        var call = await (await OpenAsync(Era.Legacy)).CallToolAsync("bad__work", Cancellation);
        Assert.Equal(reason, call.Reason);
        Assert.Equal("bad", call.Error.GetProperty("data").GetProperty("upstream").GetString());
    }

    /// <summary>A redirect is an address that nobody registered; it is not followed.</summary>
    [Fact]
    public async Task Handshake_Redirects_NobodyIsAskedAtTheOtherPlace()
    {
        var elsewhere = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        var upstream = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        upstream.On("server/discover", async exchange => await RedirectAsync(exchange, elsewhere.Url));
        await Gateway.Registry.RegisterAsync($$"""{"name":"bad","alias":"bad","url":"{{upstream.Url}}"}""", Cancellation);
        await Gateway.Registry.WaitAsync("bad", "unhealthy", Cancellation);
        Assert.Empty(elsewhere.Requests.All);
    }

    [Theory]
    [InlineData("cut inside", "unreachable")]
    [InlineData("cut at once", "unreachable")]
    [InlineData("cut in an event", "unreachable")]
    [InlineData("without answer", "unreachable")]
    [InlineData("wrong JSON", "protocol_error")]
    [InlineData("wrong id", "unreachable")]
    [InlineData("401", "unauthorized")]
    [InlineData("403", "unauthorized")]
    [InlineData("500", "http_error")]
    public async Task Call_BrokenAnswer_IsAnErrorThatNamesTheServerAndTheNextCallWorks(string fault, string reason)
    {
        foreach (var era in Enum.GetValues<Era>())
        {
            var alias = $"bad-{era}".ToLowerInvariant();
            var upstream = Own(await ScriptedServers.StartAsync(era, Cancellation));
            upstream.On("tools/call", Answers.InOrder(CallFault(fault), Answers.Result(ScriptedServers.Complete(era, """{"content":[]}"""))));
            await Gateway.Registry.AddAsync(alias, upstream.Url, Cancellation);
            var client = await OpenAsync(Era.Modern);
            var broken = await client.CallToolAsync($"{alias}__work", Cancellation);
            Assert.Equal(System.Net.HttpStatusCode.OK, broken.Status);
            Assert.Equal(-32603, broken.Error.GetProperty("code").GetInt32());
            Assert.Equal(reason, broken.Reason);
            Assert.Equal(alias, broken.Error.GetProperty("data").GetProperty("upstream").GetString());
            await AssertGoodIsServedAsync();
            Assert.Equal(JsonValueKind.Array, (await client.CallToolAsync($"{alias}__work", Cancellation)).Result.GetProperty("content").ValueKind);
            Assert.Equal(2, upstream.Requests.Of("tools/call").Count);
        }
    }

    private static UpstreamHandler ListFault(string fault, Era era) => fault switch
    {
        "stuck cursor" => ListAnswers.StuckCursor("tools", $"[{ScriptedServers.Tool}]"),
        "endless pages" => EndlessTools(era),
        "10 MB schema" => ListAnswers.Page("tools", ListAnswers.ToolWithSchemaOf("wide", 10 * 1024 * 1024)),
        "hanging list" => Answers.Never,
        "error" => Answers.Error(-32603, "no list today"),
        "no list" => Answers.Result("""{"resultType":"complete"}"""),
        _ => ListAnswers.Page("tools", $$$"""[{"inputSchema":{}},{{{ScriptedServers.Tool}}}]"""),
    };

    /// <summary>Every page has 1,000 tools that nobody has seen before, and a cursor that nobody has seen before.</summary>
    private static UpstreamHandler EndlessTools(Era era)
    {
        var page = 0;
        return exchange =>
        {
            var number = Interlocked.Increment(ref page);
            var tools = string.Join(',', Enumerable.Range(0, 1000).Select(i => $$"""{"name":"t-{{number}}-{{i}}"}"""));
            return exchange.ResultAsync(ScriptedServers.Complete(era, $$"""{"tools":[{{tools}}],"nextCursor":"{{number}}"}""", cacheable: true));
        };
    }

    private static UpstreamHandler HandshakeFault(string fault) => fault switch
    {
        "hangs" => Answers.Never,
        "redirects" => exchange => RedirectAsync(exchange, new Uri("http://127.0.0.1:9/mcp")),
        "HTML" => Answers.Status(404, "text/html", "<html>not here</html>"),
        _ => CallFault(fault),
    };

    private static UpstreamHandler CallFault(string fault) => fault switch
    {
        "cut inside" => Answers.Cut(CutStage.InsideBody, """{"content":[]}"""),
        "cut at once" => Answers.Cut(CutStage.BeforeHeaders, """{"content":[]}"""),
        "cut in an event" => Answers.Cut(CutStage.InsideEvent, """{"content":[]}"""),
        "without answer" => Answers.Cut(CutStage.WithoutAnswer, """{"content":[]}"""),
        "wrong JSON" => Answers.Status(200, "application/json", """{"jsonrpc":"2.0","id":1,"result":{"""),
        "wrong id" => exchange => exchange.SendAsync("""{"jsonrpc":"2.0","id":987654321,"result":{"content":[]}}"""),
        _ => Answers.Status(int.Parse(fault, System.Globalization.CultureInfo.InvariantCulture)),
    };

    private static Task RedirectAsync(UpstreamExchange exchange, Uri target)
    {
        exchange.Header("Location", target.ToString());
        return exchange.StatusAsync(307);
    }

    private async Task AssertGoodIsServedAsync()
    {
        var answer = await (await OpenAsync(Era.Modern)).CallToolAsync("good__work", Cancellation);
        Assert.True(answer.Result.TryGetProperty("content", out _));
    }
}
