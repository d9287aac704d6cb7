using System.Text.Json.Nodes;
using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Upstream;
using Xunit;

namespace McpRegistry.Core.Tests.Gateway;

public sealed class GatewayDispatcherTests
{
    private readonly GatewayFixture _gateway = new();

    public GatewayDispatcherTests()
    {
        _gateway.Snapshots.Set(SnapshotSample.Entry("up", SnapshotSample.Tools(2), connections: _gateway, capabilities: """{"tools":{"listChanged":true,"x":1},"resources":{"subscribe":true},"tasks":{},"logging":{}}"""));
        _gateway.Snapshots.Set(SnapshotSample.Entry("down", SnapshotSample.Tools(1), ServerHealth.Unhealthy));
    }

    [Fact]
    public async Task HandleAsync_ToolOfServer_GoesThereUnderItsOwnName()
    {
        var sent = "";
        _gateway.Connection.Answers = (request, _) =>
        {
            sent = Message.Text(request.Write(5, _gateway.Connection.Handshake));
            return new(FakeConnection.Result("""{"content":[],"x":123456789012345678901234567890}"""));
        };

        var answer = await _gateway.HandleAsync("tools/call", """{"name":"up__t1","arguments":{"a":1.0}}""");

        Assert.Equal("""{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"_meta":{"progressToken":5},"name":"t1","arguments":{"a":1.0}}}""", sent);
        Assert.Equal("""{"content":[],"x":123456789012345678901234567890}""", answer["result"]!.ToJsonString());
        Assert.Equal("c1", (string?)answer["id"]);
        Assert.Equal(0, _gateway.Leases);
    }

    [Theory]
    [InlineData("tools/call", """{"name":"up__none"}""", -32602, "unknown_tool")]
    [InlineData("tools/call", """{"name":"down__t0"}""", -32603, "unreachable")]
    [InlineData("tools/call", """{"name":"\ud800"}""", -32602, "invalid_params")]
    [InlineData("tools/call", "{}", -32602, "invalid_params")]
    [InlineData("prompts/get", """{"name":"x"}""", -32602, "unknown_prompt")]
    [InlineData("resources/read", """{"uri":"u:x"}""", -32002, "unknown_resource")]
    [InlineData("resources/read", "{}", -32602, "invalid_params")]
    [InlineData("completion/complete", """{"ref":{"name":"x"}}""", -32602, "unknown_prompt")]
    [InlineData("completion/complete", """{"ref":{"uri":"u:x"}}""", -32002, "unknown_resource")]
    [InlineData("server/discover", "{}", -32601, "method_not_found")]
    [InlineData("subscriptions/listen", """{"notifications":{}}""", -32601, "method_not_found")]
    [InlineData("resources/subscribe", "{}", -32602, "invalid_params")]
    [InlineData("resources/subscribe", """{"uri":"u:x"}""", -32002, "unknown_resource")]
    [InlineData("tools/list", """{"cursor":"!"}""", -32602, "invalid_params")]
    [InlineData("logging/setLevel", """{"level":"loud"}""", -32602, "invalid_params")]
    public async Task HandleAsync_WhatGoesNowhere_IsRefused(string method, string parameters, int code, string reason) =>
        AssertError(await _gateway.HandleAsync(method, parameters), code, reason);

    [Theory]
    [InlineData("ping")]
    [InlineData("initialize")]
    [InlineData("logging/setLevel")]
    [InlineData("resources/subscribe")]
    public async Task HandleAsync_LegacyMethodOfModernClient_IsNotFound(string method) =>
        AssertError(await _gateway.HandleAsync(method, "{" + GatewayFixture.Envelope + "}", ProtocolEra.Modern), -32601, "method_not_found");

    [Fact]
    public async Task HandleAsync_UnknownResourceOfModernClient_IsInvalidParamsWithUri()
    {
        var answer = await _gateway.HandleAsync("resources/read", """{"uri":"u:\"x","_meta":{}}""", ProtocolEra.Modern);

        AssertError(answer, -32602, "unknown_resource");
        Assert.Equal("u:\"x", (string?)answer["error"]!["data"]!["uri"]);
    }

    [Theory]
    [InlineData(-32020, ProtocolEra.Modern, ProtocolEra.Modern, -32603)]
    [InlineData(-32022, ProtocolEra.Modern, ProtocolEra.Modern, -32603)]
    [InlineData(-32021, ProtocolEra.Modern, ProtocolEra.Modern, -32021)]
    [InlineData(-32021, ProtocolEra.Modern, ProtocolEra.Legacy, -32603)]
    [InlineData(-32042, ProtocolEra.Legacy, ProtocolEra.Modern, -32603)]
    [InlineData(-32042, ProtocolEra.Modern, ProtocolEra.Modern, -32603)]
    [InlineData(-32042, ProtocolEra.Legacy, ProtocolEra.Legacy, -32042)]
    [InlineData(-32002, ProtocolEra.Legacy, ProtocolEra.Modern, -32602)]
    [InlineData(-32002, ProtocolEra.Modern, ProtocolEra.Modern, -32602)]
    [InlineData(-32002, ProtocolEra.Legacy, ProtocolEra.Legacy, -32002)]
    [InlineData(-32000, ProtocolEra.Legacy, ProtocolEra.Modern, -32000)]
    public async Task HandleAsync_UpstreamError_IsTranslated(int code, ProtocolEra from, ProtocolEra to, int expected)
    {
        _gateway.Connection = new FakeConnection(from)
        {
            Answers = (_, _) => new(Message.Upstream($$$"""{"jsonrpc":"2.0","id":1,"error":{"code":{{{code}}},"message":"m"}}""")),
        };

        var answer = await _gateway.HandleAsync("tools/call", """{"name":"up__t0","_meta":{}}""", to);

        Assert.Equal(expected, (int)answer["error"]!["code"]!);
    }

    [Theory]
    [InlineData("""{"resultType":"input_required"}""")]
    [InlineData("""{"resultType":"input_required","inputRequests":{"a":{"method":"elicitation/create","params":{}}}}""")]
    [InlineData("""{"resultType":"input_required","inputRequests":{"a":{"method":"tools/list"}}}""")]
    public async Task HandleAsync_QuestionThatALegacyClientCannotAnswer_IsAnError(string result)
    {
        _gateway.Connection = new FakeConnection(ProtocolEra.Modern) { Answers = (_, _) => new(FakeConnection.Result(result)) };

        AssertError(await _gateway.HandleAsync("tools/call", """{"name":"up__t0"}"""), -32603, "question_not_relayed");
    }

    /// <summary>The server has answered; it is the client that was waited for.</summary>
    [Fact]
    public async Task HandleAsync_QuestionThatTheClientLeavesOpen_IsNotRelayedInTime()
    {
        _gateway.Profile = ClientProfile.Of("""{"elicitation":{}}"""u8, ProtocolEra.Legacy);
        _gateway.Connection = new FakeConnection(ProtocolEra.Modern)
        {
            Answers = (_, _) => new(FakeConnection.Result("""{"resultType":"input_required","inputRequests":{"a":{"method":"elicitation/create","params":{}}}}""")),
        };
        var call = _gateway.HandleAsync("tools/call", """{"name":"up__t0"}""");
        Assert.Single(_gateway.Stream.Heard);
        _gateway.Clock.Advance(_gateway.Options.QuestionTimeout);

        AssertError(await call, -32603, "question_not_relayed");
        Assert.Contains("notifications/cancelled", _gateway.Stream.Heard[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"tools":{},"logging":{}}""", true)]
    [InlineData("""{"tools":{}}""", false)]
    public async Task HandleAsync_LevelOfALegacyClient_GoesToModernServersThatLog(string capabilities, bool expected)
    {
        var sent = "";
        _gateway.Level = LogLevel.Info;
        _gateway.Connection = new FakeConnection(ProtocolEra.Modern, capabilities);
        _gateway.Connection.Answers = (request, _) =>
        {
            sent = Message.Text(request.Write(5, _gateway.Connection.Handshake));
            return new(FakeConnection.Result("{}"));
        };
        await _gateway.HandleAsync("tools/call", """{"name":"up__t0"}""");

        Assert.Equal(expected, sent.Contains("\"io.modelcontextprotocol/logLevel\":\"info\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task HandleAsync_Fault_IsReportedAndReturnsTheLease()
    {
        _gateway.Connection.Answers = (_, _) => new(UpstreamReply.Failed(FaultReasons.Unreachable, "cut", mayHaveRun: false));

        var answer = await _gateway.HandleAsync("tools/call", """{"name":"up__t0"}""");

        AssertError(answer, -32603, "unreachable");
        Assert.True((bool)answer["error"]!["data"]!["retryable"]!);
        Assert.Single(_gateway.Reported);
        Assert.Equal(0, _gateway.Leases);
    }

    [Theory]
    [InlineData("t0", false, true)]
    [InlineData("t0", true, false)]
    [InlineData("reader", true, true)]
    [InlineData("again", true, true)]
    [InlineData("writer", true, false)]
    public async Task HandleAsync_FaultOfATool_IsRetryableIfItCannotHaveRunTwice(string tool, bool mayHaveRun, bool expected)
    {
        _gateway.Snapshots.Set(SnapshotSample.Entry("hints", [.. SnapshotSample.Tools(1), Annotated("reader", "readOnlyHint"), Annotated("again", "idempotentHint"), Annotated("writer", "destructiveHint")], connections: _gateway));
        _gateway.Connection.Answers = (_, _) => new(UpstreamReply.Failed(FaultReasons.Unreachable, "cut", mayHaveRun));

        Assert.Equal(expected, (bool)(await _gateway.HandleAsync("tools/call", $$"""{"name":"hints__{{tool}}"}"""))["error"]!["data"]!["retryable"]!);
    }

    [Theory]
    [InlineData(FaultReasons.Unreachable, 0, true)]
    [InlineData(FaultReasons.Timeout, 0, true)]
    [InlineData(FaultReasons.Busy, 0, true)]
    [InlineData(FaultReasons.SessionLost, 404, true)]
    [InlineData(FaultReasons.HttpError, 503, true)]
    [InlineData(FaultReasons.HttpError, 429, true)]
    [InlineData(FaultReasons.HttpError, 400, false)]
    [InlineData(FaultReasons.HttpError, 302, false)]
    [InlineData(FaultReasons.Unauthorized, 401, false)]
    [InlineData(FaultReasons.Unauthorized, 403, false)]
    [InlineData(FaultReasons.ProtocolError, 0, false)]
    [InlineData(FaultReasons.TooLarge, 0, false)]
    [InlineData(FaultReasons.AddressNotAllowed, 0, false)]
    [InlineData(FaultReasons.CommandNotAllowed, 0, false)]
    public async Task HandleAsync_FaultOfAReading_IsRetryableIfItMayPass(string reason, int status, bool expected)
    {
        _gateway.Connection.Answers = (_, _) => new((UpstreamReply)new UpstreamFault(reason, "m", MayHaveRun: expected) { HttpStatus = status });

        Assert.Equal(expected, (bool)(await _gateway.HandleAsync("tools/list", at: "up"))["error"]!["data"]!["retryable"]!);
    }

    [Fact]
    public async Task HandleAsync_ServerThatIsSwitchedOff_IsNotRetryable()
    {
        _gateway.Snapshots.Set(SnapshotSample.Entry("off", SnapshotSample.Tools(1), enabled: false));

        var answer = await _gateway.HandleAsync("tools/call", """{"name":"t0"}""", at: "off");

        AssertError(answer, -32603, "disabled");
        Assert.False((bool)answer["error"]!["data"]!["retryable"]!);
    }

    /// <summary>What is said of the gateway by the upstream must not be taken for what the gateway says of itself (protocol.md 2.3).</summary>
    [Theory]
    [InlineData(null, """{"resultType":"complete","content":[]}""", """{"_meta":{"io.modelcontextprotocol/serverInfo":"us"},"resultType":"complete","content":[]}""")]
    [InlineData(null, """{"content":[],"_meta":{"a":1,"io.modelcontextprotocol\/serverInfo":{"name":"up"},"b":2}}""", """{"content":[],"_meta":{"io.modelcontextprotocol/serverInfo":"us","a":1,"b":2}}""")]
    [InlineData(null, """{ }""", """{"_meta":{"io.modelcontextprotocol/serverInfo":"us"} }""")]
    [InlineData("up", """{"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"up"}}}""", """{"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"up"}}}""")]
    public async Task HandleAsync_ResultForAModernClient_NamesTheGatewayOnTheMergedEndpointOnly(string? at, string result, string expected)
    {
        _gateway.Connection = new FakeConnection(ProtocolEra.Modern) { Answers = (_, _) => new(FakeConnection.Result(result)) };
        var answer = await _gateway.HandleAsync("tools/call", $$"""{"name":"{{(at is null ? "up__" : "")}}t0",{{GatewayFixture.Envelope}}}""", ProtocolEra.Modern, at);
        AssertResult(expected.Replace("\"us\"", Us, StringComparison.Ordinal), answer);
    }

    [Fact]
    public async Task HandleAsync_ResultOfALegacyServerForAModernClient_NamesTheGatewayOnTheMergedEndpoint()
    {
        _gateway.Connection.Answers = (_, _) => new(FakeConnection.Result("""{"content":[],"_meta":{"a":1}}"""));
        var answer = await _gateway.HandleAsync("tools/call", $$"""{"name":"up__t0",{{GatewayFixture.Envelope}}}""", ProtocolEra.Modern);
        AssertResult("""{"resultType":"complete","content":[],"_meta":{"io.modelcontextprotocol/serverInfo":"us","a":1}}""".Replace("\"us\"", Us, StringComparison.Ordinal), answer);
    }

    [Theory]
    [InlineData("""{"resultType":"complete","content":[],"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"up"},"a":1}}""", """{"content":[],"_meta":{"a":1}}""")]
    [InlineData("""{"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"up"}},"content":[]}""", """{"content":[]}""")]
    [InlineData("""{"_meta":{},"content":[]}""", """{"_meta":{},"content":[]}""")]
    [InlineData("""{"_meta":5,"content":[]}""", """{"_meta":5,"content":[]}""")]
    public async Task HandleAsync_ResultForALegacyClient_NamesNoServer(string result, string expected)
    {
        _gateway.Connection = new FakeConnection(ProtocolEra.Modern) { Answers = (_, _) => new(FakeConnection.Result(result)) };
        AssertResult(expected, await _gateway.HandleAsync("tools/call", """{"name":"up__t0"}"""));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("unread")]
    public async Task HandleAsync_AtAServerThatCannotAnswer_TheGatewayAnswersWhatIsItsOwn(string alias)
    {
        var entry = SnapshotSample.Entry("unread");
        _gateway.Snapshots.Set(entry with { Report = null });

        Assert.Equal("{}", (await _gateway.HandleAsync("ping", at: alias))["result"]!.ToJsonString());
        AssertError(await _gateway.HandleAsync("no/such", at: alias), -32601, "method_not_found");
        AssertError(await _gateway.HandleAsync("ping", "{" + GatewayFixture.Envelope + "}", ProtocolEra.Modern, alias), -32601, "method_not_found");
    }

    [Fact]
    public async Task HandleAsync_SilentUpstream_IsTimeoutAndCancelsTheCall()
    {
        var asked = new TaskCompletionSource<CancellationToken>();
        _gateway.Connection.Answers = async (_, token) =>
        {
            asked.SetResult(token);
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return default;
        };
        var call = _gateway.HandleAsync("tools/call", """{"name":"up__t0"}""");
        var cancellation = await asked.Task;
        _gateway.Clock.Advance(_gateway.Options.RequestTimeout);

        AssertError(await call, -32603, "timeout");
        Assert.True(cancellation.IsCancellationRequested);
        Assert.Equal(0, _gateway.Leases);
    }

    [Fact]
    public async Task HandleAsync_Cancelled_ThrowsAndReturnsTheLease()
    {
        _gateway.Connection.Answers = async (_, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return default;
        };
        using var cancellation = new CancellationTokenSource();
        var call = _gateway.HandleAsync("tools/call", """{"name":"up__t0"}""", cancellation: cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(0, _gateway.Leases);
    }

    [Fact]
    public async Task HandleAsync_Discover_PromisesOnlyWhatIsDelivered()
    {
        var merged = await _gateway.HandleAsync("server/discover", era: ProtocolEra.Modern);
        var single = await _gateway.HandleAsync("server/discover", era: ProtocolEra.Modern, at: "up");

        Assert.Equal("""{"tools":{"listChanged":true},"resources":{"listChanged":true,"subscribe":true},"prompts":{"listChanged":true},"logging":{}}""", merged["result"]!["capabilities"]!.ToJsonString());
        Assert.Equal("""{"tools":{"listChanged":true,"x":1},"resources":{"subscribe":true},"logging":{}}""", single["result"]!["capabilities"]!.ToJsonString());
        Assert.Equal("""["2026-07-28"]""", single["result"]!["supportedVersions"]!.ToJsonString());
    }

    [Fact]
    public async Task HandleAsync_UnknownServer_IsRefused() =>
        AssertError(await _gateway.HandleAsync("tools/list", at: "none"), -32602, "unknown_server");

    [Fact]
    public async Task HandleAsync_List_NamesTheMissingServer()
    {
        var answer = await _gateway.HandleAsync("tools/list");

        Assert.Equal(2, answer["result"]!["tools"]!.AsArray().Count);
        Assert.Equal("unreachable", (string?)answer["result"]!["_meta"]!["io.github.mcpregistry/upstreams"]!["down"]!["reason"]);
    }

    private static string Us => $$"""{"name":"McpRegistry","version":"{{GatewayIdentity.Version}}"}""";

    private static CatalogueItem Annotated(string name, string hint) => new()
    {
        Kind = CatalogueItemKind.Tool,
        Key = name,
        Ordinal = 0,
        Json = Message.Utf8($$$"""{"name":"{{{name}}}","annotations":{"{{{hint}}}":true} }"""),
    };

    private static void AssertResult(string expected, JsonObject answer) =>
        Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(), answer["result"]!.ToJsonString());

    private static void AssertError(JsonObject answer, int code, string reason)
    {
        Assert.Equal(code, (int)answer["error"]!["code"]!);
        Assert.Equal(reason, (string?)answer["error"]!["data"]!["reason"]);
        Assert.Equal("c1", (string?)answer["id"]);
    }
}
