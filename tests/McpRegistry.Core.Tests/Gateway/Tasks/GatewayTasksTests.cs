using System.Text.Json.Nodes;
using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using McpRegistry.Upstream;
using Xunit;

namespace McpRegistry.Core.Tests.Gateway.Tasks;

public sealed class GatewayTasksTests
{
    private const string Extension = """{"extensions":{"io.modelcontextprotocol/tasks":{}}}""";
    private const string Created = """{"resultType":"task", "taskId":"up-1","status":"working","ttlMs":60000,"statusMessage":"up-1","x":1.0,"_meta":{"io.modelcontextprotocol/related-task":{"taskId":"up-1"}}}""";

    private readonly GatewayFixture _gateway = new();
    private readonly List<(string Json, string? RoutingName)> _sent = [];
    private string _result = Created;

    public GatewayTasksTests()
    {
        foreach (var name in (string[])["up", "other"])
        {
            _gateway.Snapshots.Set(SnapshotSample.Entry(name, SnapshotSample.Tools(1), connections: _gateway, capabilities: Extension, era: ProtocolEra.Modern));
        }

        _gateway.Snapshots.Set(SnapshotSample.Entry("old", SnapshotSample.Tools(1), connections: _gateway, capabilities: Extension, era: ProtocolEra.Legacy));
        Connect(ProtocolEra.Modern);
    }

    [Fact]
    public async Task HandleAsync_CreatedTask_HasItsIdSealedAndAllElseAsItCame()
    {
        var answer = await CallAsync();
        var id = Id(answer);
        Assert.DoesNotContain("up-1", id, StringComparison.Ordinal);
        var expected = Created.Replace("\"taskId\":\"up-1\"", $"\"taskId\":\"{id}\"", StringComparison.Ordinal);
        AssertOurs(JsonNode.Parse(expected)!.ToJsonString(), answer);
        Assert.NotEqual(id, Id(await CallAsync()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("up")]
    public async Task HandleAsync_RequestsAboutATask_GoToItsServerUnderItsOwnId(string? at)
    {
        var id = Id(await CallAsync());
        _result = """{"resultType":"complete","taskId":"up-1","status":"completed","result":{"content":[{"type":"text","text":"up-1"}],"taskId":"up-1","_meta":{"io.modelcontextprotocol/related-task":{"taskId":"up-1"}}}}""";
        var got = await AboutAsync("tasks/get", id, at: at);
        var expected = _result.Replace("\"taskId\":\"up-1\",\"status\"", $"\"taskId\":\"{id}\",\"status\"", StringComparison.Ordinal)
            .Replace("related-task\":{\"taskId\":\"up-1\"", $"related-task\":{{\"taskId\":\"{id}\"", StringComparison.Ordinal);
        if (at is null)
        {
            AssertOurs(expected, got);
        }
        else
        {
            Assert.Equal(expected, got["result"]!.ToJsonString());
        }

        _result = """{"resultType":"complete"}""";
        await AboutAsync("tasks/update", id, ",\"inputResponses\":{\"k\":{\"action\":\"accept\"}}", at);
        await AboutAsync("tasks/cancel", id, at: at);
        Assert.All(_sent[1..], static sent =>
        {
            Assert.Equal("up-1", sent.RoutingName);
            Assert.Contains("\"taskId\":\"up-1\"", sent.Json, StringComparison.Ordinal);
        });
        Assert.Contains("\"inputResponses\":{\"k\":{\"action\":\"accept\"}}", _sent[2].Json, StringComparison.Ordinal);
    }

    /// <summary>All of these get the very same answer, and none of them reaches a server.</summary>
    [Theory]
    [InlineData("another caller")]
    [InlineData("tampered")]
    [InlineData("expired")]
    [InlineData("other server's endpoint")]
    [InlineData("server's own id")]
    [InlineData("not a text")]
    [InlineData("server gone")]
    [InlineData("server of another era")]
    public async Task HandleAsync_IdThatLeadsNowhere_IsAnUnknownTask(string why)
    {
        var id = Id(await CallAsync());
        string? at = null;
        switch (why)
        {
            case "another caller":
                _gateway.Principal = "q";
                break;
            case "tampered":
                id = (id[0] == 'A' ? "B" : "A") + id[1..];
                break;
            case "expired":
                _gateway.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(1));
                break;
            case "other server's endpoint":
                at = "other";
                break;
            case "server's own id":
                id = "up-1";
                break;
            case "not a text":
                id = null!;
                break;
            case "server gone":
                _gateway.Snapshots.Remove(_gateway.Snapshots.Current.For(TenantId.Global).Find("up")!.Server.Id);
                break;
            default:
                var entry = _gateway.Snapshots.Current.For(TenantId.Global).Find("up")!;
                _gateway.Snapshots.Set(entry with { Report = entry.Report! with { Era = ProtocolEra.Legacy } });
                break;
        }

        foreach (var method in (string[])["tasks/get", "tasks/update", "tasks/cancel"])
        {
            var answer = await AboutAsync(method, id, at: at);
            Assert.Equal("""{"code":-32602,"message":"Unknown task.","data":{"reason":"unknown_task"}}""", answer["error"]!.ToJsonString());
        }

        Assert.Single(_sent);
    }

    [Theory]
    [InlineData("60000", 1440 + 1)]
    [InlineData("-5", 1440)]
    [InlineData("null", 30 * 1440)]
    [InlineData("1e300", 30 * 1440)]
    public async Task HandleAsync_TimeOfTheTask_BoundsItsId(string ttl, int minutes)
    {
        _result = $$"""{"resultType":"task","taskId":"up-1","ttlMs":{{ttl}}}""";
        var id = Id(await CallAsync());
        _gateway.Clock.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(1));
        Assert.Null((await AboutAsync("tasks/get", id))["error"]);
        _gateway.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull((await AboutAsync("tasks/get", id))["error"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("up")]
    public async Task HandleAsync_ClientThatDoesNotDeclareTasks_IsToldTo(string? at)
    {
        var answer = await _gateway.HandleAsync("tasks/get", $$"""{"taskId":"x",{{Meta("{}")}}}""", ProtocolEra.Modern, at);
        Assert.Equal(-32021, (int)answer["error"]!["code"]!);
        Assert.Equal(Extension, answer["error"]!["data"]!["requiredCapabilities"]!.ToJsonString());
    }

    [Theory]
    [InlineData("tasks/get", "old", true, ProtocolEra.Modern)]
    [InlineData("tasks/get", null, false, ProtocolEra.Modern)]
    [InlineData("tasks/get", null, true, ProtocolEra.Legacy)]
    [InlineData("tasks/list", null, true, ProtocolEra.Modern)]
    [InlineData("tasks/result", null, true, ProtocolEra.Modern)]
    public async Task HandleAsync_WhereTasksAreNotServed_TheirMethodsAreNotFound(string method, string? at, bool allowed, ProtocolEra era)
    {
        _gateway.Options.Extensions[ExtensionNames.Tasks] = allowed;
        var answer = await _gateway.HandleAsync(method, $$"""{"taskId":"x",{{Meta(Extension)}}}""", era, at);
        Assert.Equal(-32601, (int)answer["error"]!["code"]!);
    }

    [Theory]
    [InlineData(Created, "{}", ProtocolEra.Modern)]
    [InlineData(Created, "{}", ProtocolEra.Legacy)]
    [InlineData("""{"resultType":"task"}""", Extension, ProtocolEra.Modern)]
    [InlineData("""{"resultType":"task","taskId":5}""", Extension, ProtocolEra.Modern)]
    public async Task HandleAsync_TaskThatTheClientCannotUse_IsTheServersFault(string result, string capabilities, ProtocolEra era)
    {
        _result = result;
        var answer = await CallAsync(capabilities, era);
        Assert.Equal(-32603, (int)answer["error"]!["code"]!);
        Assert.Equal("protocol_error", (string?)answer["error"]!["data"]!["reason"]);
    }

    [Fact]
    public async Task HandleAsync_ResultThatOnlyMentionsATask_IsNotTouched()
    {
        _result = """{"resultType":"complete","taskId":"task","content":[{"type":"text","text":"task"}]}""";
        AssertOurs(_result, await CallAsync());
    }

    [Fact]
    public async Task Subscribe_Filter_IsSortedByServerAndTranslatedBack()
    {
        var id = Id(await CallAsync());
        var call = _gateway.Call("subscriptions/listen", "{" + Meta(Extension) + "}");
        var view = _gateway.Snapshots.Current.For(TenantId.Global);
        Assert.Null(_gateway.Tasks.Check(call));
        Assert.Equal(-32021, _gateway.Tasks.Check(_gateway.Call("subscriptions/listen", "{" + Meta("{}") + "}"))!.Code);

        var subscription = Assert.Single(_gateway.Tasks.Subscribe(call, ["up-1", id, id], view, null));
        Assert.Equal("up", subscription.Server.Server.Alias);
        Assert.Equal(["up-1"], subscription.UpstreamIds);
        Assert.Equal(id, subscription.ClientId("up-1"));
        Assert.Null(subscription.ClientId("up-2"));
        Assert.Equal(
            """{"taskId":"ID","status":"failed","error":{"code":-1,"message":"up-1"}}""".Replace("ID", id, StringComparison.Ordinal),
            Message.Text(subscription.Translate("""{"taskId":"up-1","status":"failed","error":{"code":-1,"message":"up-1"}}"""u8)!.Value));
        Assert.Null(subscription.Translate("""{"taskId":"up-2","status":"working"}"""u8));
        Assert.Empty(_gateway.Tasks.Subscribe(call, [id], view, view.Find("other")));
        _gateway.Principal = "q";
        Assert.Empty(_gateway.Tasks.Subscribe(_gateway.Call("subscriptions/listen", "{}"), [id], view, null));
    }

    /// <summary>On the merged endpoint the gateway says that it has answered; all else is as expected.</summary>
    private static void AssertOurs(string expected, JsonObject answer)
    {
        var result = answer["result"]!.AsObject();
        var meta = result["_meta"]!.AsObject();
        Assert.Equal("McpRegistry", (string?)meta["io.modelcontextprotocol/serverInfo"]!["name"]);
        meta.Remove("io.modelcontextprotocol/serverInfo");
        if (meta.Count == 0)
        {
            result.Remove("_meta");
        }

        Assert.Equal(expected, result.ToJsonString());
    }

    private static string Meta(string capabilities) =>
        $"\"_meta\":{{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{capabilities}}}";

    private static string Id(JsonObject answer) => (string)answer["result"]!["taskId"]!;

    private void Connect(ProtocolEra era) => _gateway.Connection = new FakeConnection(era, Extension)
    {
        Answers = (request, _) =>
        {
            _sent.Add((Message.Text(request.Write(5, _gateway.Connection.Handshake)), request.RoutingName));
            return new(FakeConnection.Result(_result));
        },
    };

    private Task<JsonObject> CallAsync(string capabilities = Extension, ProtocolEra era = ProtocolEra.Modern) =>
        _gateway.HandleAsync("tools/call", $$"""{"name":"up__t0",{{Meta(capabilities)}}}""", era);

    private Task<JsonObject> AboutAsync(string method, string? id, string more = "", string? at = null) =>
        _gateway.HandleAsync(method, $$"""{"taskId":{{(id is null ? "7" : $"\"{id}\"")}}{{more}},{{Meta(Extension)}}}""", ProtocolEra.Modern, at);
}
