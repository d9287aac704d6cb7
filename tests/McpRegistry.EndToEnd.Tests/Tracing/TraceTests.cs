using System.Diagnostics;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Tracing;

/// <summary>A trace leads from the client through the gateway to the server.</summary>
public sealed class TraceTests : EndToEndTest
{
    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Call_ContextInMeta_IsTheParentAndTheGatewayTheServersParent(Era client, Era upstream)
    {
        using var spans = new SpanRecorder();
        var server = await AddAsync(upstream);
        var raw = await OpenAsync(client);

        var answer = await raw.CallToolAsync(
            "up__work", Cancellation, meta: $"\"traceparent\":\"{spans.TraceParent}\",\"tracestate\":\"a=1,b=\\u0022\",\"baggage\":\"user=alice\",\"x.y/z\":1", id: "\"c1\"");

        Assert.True(answer.Result.TryGetProperty("content", out _));
        var received = server.Requests.Of("tools/call").Single();
        Assert.Equal($"00-{spans.Trace}-{spans.Client.SpanId}-01", received.Meta("traceparent").GetString());
        Assert.Equal("a=1,b=\"", received.Meta("tracestate").GetString());
        Assert.Equal(default, received.Meta("baggage"));
        Assert.Equal(1, received.Meta("x.y/z").GetInt32());
        Assert.Equal(spans.Trace.ToHexString(), received.Headers["traceparent"].Split('-')[1]);
        Assert.Equal((spans.Parent, "tools/call up__work"), (spans.Server.ParentSpanId, spans.Server.DisplayName));
        Assert.Equal((spans.Server.SpanId, "tools/call work"), (spans.Client.ParentSpanId, spans.Client.DisplayName));
        Assert.Equal(
            ["gen_ai.operation.name=execute_tool", "gen_ai.tool.name=up__work", "jsonrpc.request.id=c1", "mcp.method.name=tools/call", $"mcp.protocol.version={Version(client)}", "mcp_registry.server=up"],
            Tags(spans.Server));
        Assert.Equal(
            ["gen_ai.operation.name=execute_tool", "gen_ai.tool.name=work", $"jsonrpc.request.id={received.Id}", "mcp.method.name=tools/call", $"mcp.protocol.version={Version(upstream)}", "mcp_registry.server=up"],
            Tags(spans.Client));
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Call_ContextInHeaders_IsTheParent(Era upstream)
    {
        using var spans = new SpanRecorder();
        var server = await AddAsync(upstream);
        var raw = await OpenAsync(Era.Modern);

        await CallAsync(raw, "", ("traceparent", spans.TraceParent), ("baggage", "user=alice"));

        var received = server.Requests.Of("tools/call").Single();
        Assert.Equal(spans.Trace, spans.Server.TraceId);
        Assert.Equal($"00-{spans.Trace}-{spans.Client.SpanId}-01", received.Meta("traceparent").GetString());
        Assert.DoesNotContain("baggage", received.Headers.Keys);
        Assert.DoesNotContain("Correlation-Context", received.Headers.Keys);
    }

    /// <summary>Transport and message may be of different traces: the message counts, the other one is linked.</summary>
    [Fact]
    public async Task Call_ContextInBoth_TakesTheMessages()
    {
        using var spans = new SpanRecorder();
        using var transport = new SpanRecorder();
        await AddAsync(Era.Modern);
        var raw = await OpenAsync(Era.Modern);

        await CallAsync(raw, $"\"traceparent\":\"{spans.TraceParent}\"", ("traceparent", transport.TraceParent));

        Assert.Equal(spans.Parent, spans.Server.ParentSpanId);
        Assert.Equal(transport.Trace, Assert.Single(spans.Server.Links).Context.TraceId);
    }

    [Theory]
    [InlineData("\"00-0-0-00\"")]
    [InlineData("7")]
    [InlineData("{\"a\":1}")]
    public async Task Call_BrokenContextInMeta_TakesTheHeaders(string broken)
    {
        using var spans = new SpanRecorder();
        var server = await AddAsync(Era.Modern);
        var raw = await OpenAsync(Era.Modern);

        await CallAsync(raw, $"\"traceparent\":{broken},\"tracestate\":\"a=1\"", ("traceparent", spans.TraceParent));

        var received = server.Requests.Of("tools/call").Single();
        Assert.Equal($"00-{spans.Trace}-{spans.Client.SpanId}-01", received.Meta("traceparent").GetString());
        Assert.Equal(default, received.Meta("tracestate"));
    }

    [Fact]
    public async Task Call_Fails_IsAnErrorOfBothSpans()
    {
        using var spans = new SpanRecorder();
        var server = await AddAsync(Era.Modern);
        server.On("tools/call", Answers.Result("""{"resultType":"complete","content":[],"isError":true}"""));
        var raw = await OpenAsync(Era.Modern);

        await raw.CallToolAsync("up__work", Cancellation, meta: $"\"traceparent\":\"{spans.TraceParent}\"");

        Assert.All([spans.Server, spans.Client], span => Assert.Equal((ActivityStatusCode.Error, "tool_error"), (span.Status, span.GetTagItem("error.type"))));
    }

    /// <summary>What a client makes up is no name of a span, of which there would be any number.</summary>
    [Fact]
    public async Task Call_UnknownTool_IsNamedByItsMethod()
    {
        using var spans = new SpanRecorder();
        var raw = await OpenAsync(Era.Modern);

        await raw.CallToolAsync("made-up", Cancellation, meta: $"\"traceparent\":\"{spans.TraceParent}\"");

        Assert.Equal("tools/call", spans.Server.DisplayName);
        Assert.Equal(("-32602", "-32602", null), (spans.Server.GetTagItem("error.type"), spans.Server.GetTagItem("rpc.response.status_code"), spans.Server.GetTagItem("gen_ai.tool.name")));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Call_NobodyTraces_LeavesTheContextAsItCame(Era client, Era upstream)
    {
        using var others = new SpanRecorder();
        var server = await AddAsync(upstream);
        var raw = await OpenAsync(client);
        const string Parent = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";

        await raw.CallToolAsync("up__work", Cancellation, meta: $"\"traceparent\":\"{Parent}\",\"tracestate\":\"a=1\",\"baggage\":\"user=alice\"");

        var received = server.Requests.Of("tools/call").Single();
        Assert.Equal((Parent, "a=1"), (received.Meta("traceparent").GetString(), received.Meta("tracestate").GetString()));
        Assert.Equal(default, received.Meta("baggage"));
        Assert.True(others.IsEmpty);
    }

    /// <summary>What lives longer than the call that it was opened for is no part of that call's trace.</summary>
    [Fact]
    public async Task Call_OpensASession_OnlyTheCallItselfCarriesItsTrace()
    {
        using var spans = new SpanRecorder();
        var server = await AddAsync(Era.Legacy);
        var raw = await RawClient.OpenAsync(Gateway.Http, Gateway.Mcp(), Era.Modern, Cancellation, """{"roots":{}}""");

        await CallAsync(raw, $"\"traceparent\":\"{spans.TraceParent}\"", ("traceparent", spans.TraceParent));
        await server.WaitUntilAsync(open => open.OpenStreams == 2, "the session is heard", Cancellation);
        server.ExpireSessions();
        await server.WaitUntilAsync(open => open.OpenStreams == 2, "the session is heard again", Cancellation);

        Assert.All(
            server.Requests.All.Where(request => request.Headers.TryGetValue("traceparent", out var parent) && parent.Contains(spans.Trace.ToHexString(), StringComparison.Ordinal)),
            request => Assert.Equal("tools/call", request.Method));
    }

    private static string Version(Era era) => era == Era.Modern ? RawClient.ModernVersion : RawClient.LegacyVersion;

    private static IEnumerable<string> Tags(Activity span) => span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal);

    private static async Task CallAsync(RawClient raw, string meta, params (string Name, string Value)[] headers)
    {
        var request = raw.Write("1", "tools/call", "\"name\":\"up__work\",\"arguments\":{}", meta);
        var answer = await raw.PostAsync(request, [.. raw.Headers("tools/call", request), .. headers], Cancellation);
        Assert.True(answer.Result.TryGetProperty("content", out _));
    }

    private async Task<ScriptedUpstream> AddAsync(Era era)
    {
        var server = Own(await ScriptedServers.StartAsync(era, Cancellation));
        await Gateway.Registry.AddAsync("up", server.Url, Cancellation);
        return server;
    }
}
