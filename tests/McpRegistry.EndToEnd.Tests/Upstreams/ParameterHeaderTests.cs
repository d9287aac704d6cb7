using System.Net;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Upstreams;

/// <summary>Arguments that go into headers too, on the way in and on the way out (protocol.md 2.4).</summary>
public sealed class ParameterHeaderTests : EndToEndTest
{
    private const string Schema =
        """{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"},"count":{"type":"integer","x-mcp-header":"Count"},"dry":{"type":"boolean","x-mcp-header":"Dry"},"place":{"type":"object","properties":{"zone":{"type":["string","null"],"x-mcp-header":"Zone"}}},"query":{"type":"string"}}}""";

    private const string Arguments = """{"region":"Süd\r\nX-Evil: 1","count":42.0,"dry":false,"place":{"zone":" a "},"query":"q"}""";

    private static readonly (string Name, string Value)[] Sent =
        [("mcp-param-region", "=?base64?U8O8ZA0KWC1FdmlsOiAx?="), ("Mcp-Param-COUNT", "42"), ("Mcp-Param-Dry", "false"), ("Mcp-Param-Zone", "=?base64?IGEg?=")];

    private string _schema = Schema;

    [Theory]
    [InlineData(Era.Modern, null)]
    [InlineData(Era.Modern, "up")]
    [InlineData(Era.Legacy, null)]
    [InlineData(Era.Legacy, "up")]
    public async Task Call_AnnotatedArguments_ReachTheUpstreamAsHeaders(Era client, string? alias)
    {
        var upstream = await StartAsync();
        var answer = await CallAsync(client, alias, Arguments, client == Era.Modern ? Sent : []);
        Assert.True(answer.Response.TryGetProperty("result", out _), answer.Body);
        var call = Assert.Single(upstream.Requests.Of("tools/call"));
        Assert.Equal("work", call.Headers["Mcp-Name"]);
        Assert.Equal(
            ["42", "false", "=?base64?U8O8ZA0KWC1FdmlsOiAx?=", "=?base64?IGEg?="],
            new[] { "Count", "Dry", "Region", "Zone" }.Select(name => call.Headers["Mcp-Param-" + name]));
        Assert.False(call.Headers.ContainsKey("X-Evil"));
        Assert.Equal(4, call.Headers.Keys.Count(IsParameter));
    }

    [Theory]
    [InlineData(Era.Modern)]
    [InlineData(Era.Legacy)]
    public async Task Call_NullAndMissingArguments_HaveNoHeader(Era client)
    {
        var upstream = await StartAsync();
        var answer = await CallAsync(client, null, """{"region":"","count":null,"place":null}""", client == Era.Modern ? [("Mcp-Param-Region", "")] : []);
        Assert.True(answer.Response.TryGetProperty("result", out _), answer.Body);
        var call = Assert.Single(upstream.Requests.Of("tools/call"));
        Assert.Equal(["Mcp-Param-Region"], call.Headers.Keys.Where(IsParameter));
        Assert.Equal("", call.Headers["Mcp-Param-Region"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("up")]
    public async Task Call_HeadersThatDoNotFit_AreRefusedBeforeTheUpstream(string? alias)
    {
        var upstream = await StartAsync();
        foreach (var (arguments, headers) in new (string, (string, string)[])[]
        {
            (Arguments, Sent[1..]),
            (Arguments, [("Mcp-Param-Region", "Nord"), .. Sent[1..]]),
            (Arguments, [("Mcp-Param-Region", "=?base64?%%%?="), .. Sent[1..]]),
            ("{}", [("Mcp-Param-Region", "x")]),
            ("""{"region":null}""", [("Mcp-Param-Region", "null")]),
            ("""{"count":9007199254740993}""", [("Mcp-Param-Count", "9007199254740992")]),
            ("""{"place":{"zone":"x"}}""", [("Mcp-Param-Place", "x")]),
        })
        {
            var answer = await CallAsync(Era.Modern, alias, arguments, headers);
            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
            Assert.Equal(-32020, answer.Error.GetProperty("code").GetInt32());
            Assert.Equal("header_mismatch", answer.Reason);
            Assert.Equal("1", answer.Id);
        }

        Assert.Empty(upstream.Requests.Of("tools/call"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("up")]
    public async Task Call_UnknownHeaders_AreForwardedAsTheyCame(string? alias)
    {
        _schema = """{"type":"object"}""";
        var upstream = await StartAsync();
        await CallAsync(Era.Modern, alias, """{"region":"x"}""", [("Mcp-Param-Region", "=?base64?odd"), ("mcp-param-Other", "a b"), ("X-Other", "no")]);
        var call = Assert.Single(upstream.Requests.Of("tools/call"));
        Assert.Equal("=?base64?odd", call.Headers["Mcp-Param-Region"]);
        Assert.Equal("a b", call.Headers["Mcp-Param-Other"]);
        Assert.False(call.Headers.ContainsKey("X-Other"));
    }

    [Theory]
    [InlineData(Era.Modern, null)]
    [InlineData(Era.Modern, "up")]
    [InlineData(Era.Legacy, null)]
    [InlineData(Era.Legacy, "up")]
    public async Task Call_SchemaChangedUnnoticed_IsReadAgainAndTheCallRepeatedOnce(Era client, string? alias)
    {
        _schema = """{"type":"object"}""";
        var upstream = await StartAsync();
        Change(upstream, """{"properties":{"region":{"x-mcp-header":"Region"}}}""");
        var answer = await CallAsync(client, alias, """{"region":"x"}""", []);
        Assert.True(answer.Response.TryGetProperty("result", out _), answer.Body);
        Assert.Equal([null, "x"], upstream.Requests.Of("tools/call").Select(call => call.Headers.GetValueOrDefault("Mcp-Param-Region")));

        answer = await CallAsync(client, alias, """{"region":"y"}""", client == Era.Modern ? [("Mcp-Param-Region", "y")] : []);
        Assert.True(answer.Response.TryGetProperty("result", out _), answer.Body);
        Assert.Equal(3, upstream.Requests.Of("tools/call").Count);
    }

    /// <summary>A client that has just listed the tools may know more than the gateway.</summary>
    [Fact]
    public async Task Call_ClientKnowsTheNewerSchema_IsServed()
    {
        var upstream = await StartAsync();
        Change(upstream, """{"properties":{"region":{"x-mcp-header":"Area"}}}""");
        var answer = await CallAsync(Era.Modern, "up", """{"region":"x"}""", [("Mcp-Param-Area", "x")]);
        Assert.True(answer.Response.TryGetProperty("result", out _), answer.Body);
        var call = Assert.Single(upstream.Requests.Of("tools/call"));
        Assert.Equal(["Mcp-Param-Area"], call.Headers.Keys.Where(IsParameter));
    }

    /// <summary>Somebody on the way may have acted on what the client said.</summary>
    [Fact]
    public async Task Call_HeaderThatIsWrongByTheNewerSchema_IsNotPutRight()
    {
        _schema = """{"type":"object"}""";
        var upstream = await StartAsync();
        Change(upstream, """{"properties":{"region":{"x-mcp-header":"Region"}}}""");
        var answer = await CallAsync(Era.Modern, "up", """{"region":"x"}""", [("Mcp-Param-Region", "other")]);
        Assert.Equal("protocol_error", answer.Reason);
        Assert.Single(upstream.Requests.Of("tools/call"));
    }

    [Fact]
    public async Task Call_RefusedForHeadersAllTheSame_IsNotRepeated()
    {
        var upstream = await StartAsync();
        upstream.On("tools/call", Answers.Error(-32020, "never", status: 400));
        var lists = upstream.Requests.Of("tools/list").Count;
        for (var i = 0; i < 5; i++)
        {
            var answer = await CallAsync(Era.Legacy, null, """{"region":"x"}""", []);
            Assert.Equal("protocol_error", answer.Reason);
        }

        Assert.Equal(5, upstream.Requests.Of("tools/call").Count);
        Assert.InRange(upstream.Requests.Of("tools/list").Count - lists, 1, 5);
    }

    [Fact]
    public async Task Lists_ToolsThatBreakTheRules_AreLeftOutAndReported()
    {
        const string Tools =
            """[{"name":"first","é":"\u00e9"}, {"name":"work","inputSchema":{"properties":{"a":{"type":"number","x-mcp-header":"A"}}}},{"name":"last", "x":1.0}]""";
        var upstream = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        upstream.On("tools/list", ListAnswers.Page("tools", Tools));
        await Gateway.Registry.RegisterAsync($$"""{"name":"up","alias":"up","url":"{{upstream.Url}}"}""", Cancellation);
        var server = await Gateway.Registry.WaitAsync("up", "degraded", Cancellation);
        var fault = Assert.Single(server.GetProperty("discovery").GetProperty("faults").EnumerateArray());
        Assert.Contains("'work' is left out", fault.GetProperty("message").GetString(), StringComparison.Ordinal);
        foreach (var era in new[] { Era.Modern, Era.Legacy })
        {
            var merged = await (await OpenAsync(era)).CallAsync("tools/list", Cancellation);
            Assert.Equal(["up__first", "up__last"], Names(merged));
            var single = await (await OpenAsync(era, "up")).CallAsync("tools/list", Cancellation);
            Assert.Contains("""
                "tools":[{"name":"first","é":"\u00e9"},{"name":"last", "x":1.0}]
                """, single.Body, StringComparison.Ordinal);
        }

        var call = await (await OpenAsync(Era.Modern)).CallToolAsync("up__work", Cancellation);
        Assert.Equal("unknown_tool", call.Reason);
    }

    /// <summary>In these revisions the keyword means nothing to the server; a modern client of the gateway still sees it.</summary>
    [Fact]
    public async Task LegacyUpstream_Annotations_HoldBetweenClientAndGatewayOnly()
    {
        var upstream = Own(await ScriptedServers.StartAsync(Era.Legacy, Cancellation));
        upstream.On("tools/list", ListAnswers.Page(
            "tools", """[{"name":"work","inputSchema":{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}},{"name":"odd","inputSchema":{"properties":{"a":{"type":"number","x-mcp-header":"A"}}}}]"""));
        await Gateway.Registry.AddAsync("up", upstream.Url, Cancellation);
        Assert.Equal(["up__work", "up__odd"], Names(await (await OpenAsync(Era.Modern)).CallAsync("tools/list", Cancellation)));
        Assert.Equal(["work", "odd"], Names(await (await OpenAsync(Era.Modern, "up")).CallAsync("tools/list", Cancellation)));

        Assert.Equal("header_mismatch", (await CallAsync(Era.Modern, null, """{"a":"x"}""", [])).Reason);
        Assert.Equal("done", Text(await CallAsync(Era.Modern, null, """{"a":"x"}""", [("Mcp-Param-A", "x")])));
        Assert.Equal("done", Text(await CallAsync(Era.Legacy, null, """{"a":"x"}""", [])));
        Assert.Equal("done", Text(await (await OpenAsync(Era.Modern)).CallToolAsync("up__odd", Cancellation, """{"a":1.5}""")));
        Assert.DoesNotContain(upstream.Requests.Of("tools/call").SelectMany(call => call.Headers.Keys), IsParameter);
    }

    private async Task<ScriptedUpstream> StartAsync()
    {
        var upstream = Own(await ScriptedServers.StartAsync(Era.Modern, Cancellation));
        Change(upstream, _schema);
        upstream.On("tools/call", ParameterRules.Checked(() => _schema, Answers.Result("""{"resultType":"complete","content":[]}""")));
        await Gateway.Registry.AddAsync("up", upstream.Url, Cancellation);
        return upstream;
    }

    private void Change(ScriptedUpstream upstream, string schema)
    {
        _schema = schema;
        upstream.On("tools/list", ListAnswers.Page("tools", $$"""[{"name":"work","inputSchema":{{schema}}}]"""));
    }

    private async Task<McpAnswer> CallAsync(Era era, string? alias, string arguments, IEnumerable<(string, string)> headers)
    {
        var client = await OpenAsync(era, alias);
        var request = client.Write("1", "tools/call", $"\"name\":\"{(alias is null ? "up__work" : "work")}\",\"arguments\":{arguments}");
        return await client.PostAsync(request, client.Headers("tools/call", request).Concat(headers), Cancellation);
    }

    private static bool IsParameter(string header) => header.StartsWith("Mcp-Param-", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string?> Names(McpAnswer answer) =>
        answer.Result.GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("name").GetString());

    private static string? Text(McpAnswer answer) => answer.Result.GetProperty("content")[0].GetProperty("text").GetString();
}
