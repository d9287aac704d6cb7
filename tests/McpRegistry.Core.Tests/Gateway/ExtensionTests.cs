using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Upstream;
using Xunit;

namespace McpRegistry.Core.Tests.Gateway;

/// <summary>An extension is on when client, operator and server say so (protocol.md 2.10).</summary>
public sealed class ExtensionTests
{
    private const string Tasks = "\"io.modelcontextprotocol/tasks\":{}";
    private const string Apps = "\"io.modelcontextprotocol/ui\":{ \"mimeTypes\":[\"text/html;profile=mcp-app\"]}";
    private const string Other = "\"com.example/x\":{\"v\":1.0}";

    private readonly GatewayFixture _gateway = new();

    [Theory]
    [InlineData($"{Tasks},{Apps},{Other}", $"{Tasks},{Apps},{Other}", false, $"{Tasks},{Apps}")]
    [InlineData($"{Tasks},{Apps},{Other}", $"{Tasks},{Apps},{Other}", true, $"{Tasks},{Apps},{Other}")]
    [InlineData($"{Tasks},{Apps}", Tasks, true, Tasks)]
    [InlineData(Other, $"{Tasks},{Apps}", true, "")]
    [InlineData("", Tasks, true, "")]
    public async Task HandleAsync_ClientsExtensions_AreSentAsFarAsTheServerHasThem(string client, string server, bool others, string sent)
    {
        _gateway.Options.Extensions["*"] = others;
        var capabilities = $"{{\"tools\":{{}},\"extensions\":{{{server}}}}}";
        _gateway.Snapshots.Set(SnapshotSample.Entry("up", SnapshotSample.Tools(1), connections: _gateway, capabilities: capabilities, era: ProtocolEra.Modern));
        var heard = "";
        _gateway.Connection = new FakeConnection(ProtocolEra.Modern, capabilities)
        {
            Answers = (request, _) =>
            {
                heard = Message.Text(request.Write(5, _gateway.Connection.Handshake));
                return new(FakeConnection.Result("""{"resultType":"complete"}"""));
            },
        };

        await _gateway.HandleAsync(
            "tools/call",
            """{"name":"up__t0","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":CAPABILITIES}}""".Replace(
                "CAPABILITIES", Declared(client), StringComparison.Ordinal),
            ProtocolEra.Modern);
        Assert.Contains($"clientCapabilities\":{Declared(sent)}", heard, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HandleAsync_Discover_OffersWhatServersHaveAndTheOperatorAllows()
    {
        _gateway.Snapshots.Set(SnapshotSample.Entry("modern", capabilities: $"{{\"extensions\":{{{Tasks},{Apps},{Other}}}}}", era: ProtocolEra.Modern));
        _gateway.Snapshots.Set(SnapshotSample.Entry("legacy", capabilities: """{"tasks":{},"extensions":{"io.modelcontextprotocol/tasks":{},"io.modelcontextprotocol/ui":{}}}""", era: ProtocolEra.Legacy));
        _gateway.Snapshots.Set(SnapshotSample.Entry("plain", era: ProtocolEra.Modern));

        Assert.Equal("""{"io.modelcontextprotocol/tasks":{},"io.modelcontextprotocol/ui":{}}""", await DiscoverAsync(null));
        Assert.Equal("""{"io.modelcontextprotocol/tasks":{},"io.modelcontextprotocol/ui":{"mimeTypes":["text/html;profile=mcp-app"]}}""", await DiscoverAsync("modern"));
        Assert.Equal("""{"io.modelcontextprotocol/ui":{}}""", await DiscoverAsync("legacy"));
        Assert.Null(await DiscoverAsync("plain"));
        _gateway.Options.Extensions[ExtensionNames.Apps] = false;
        _gateway.Options.Extensions["com.example/x"] = true;
        Assert.Equal("""{"com.example/x":{"v":1.0},"io.modelcontextprotocol/tasks":{}}""", await DiscoverAsync("modern"));
    }

    [Theory]
    [InlineData(ProtocolEra.Modern)]
    [InlineData(ProtocolEra.Legacy)]
    public void ClientProfile_Extensions_AreAllowedOnesAndNeverTasks(ProtocolEra era)
    {
        var capabilities = Message.Utf8($"{{\"extensions\":{{{Tasks},{Apps},{Other}}}}}");
        var profile = ClientProfile.Of(capabilities, era, new GatewayOptions().Allows);
        Assert.Equal("""{"extensions":{"io.modelcontextprotocol/ui":{"mimeTypes":["text/html;profile=mcp-app"]}}}""", Message.Text(profile.Capabilities));
        Assert.False(profile.CanBeAsked);
        Assert.Same(ClientProfile.Plain, ClientProfile.Of(Message.Utf8($"{{\"extensions\":{{{Tasks}}}}}"), era, new GatewayOptions().Allows));
        Assert.Same(ClientProfile.Plain, ClientProfile.Of(Message.Utf8("""{"extensions":["x"]}"""), era, new GatewayOptions().Allows));
    }

    [Theory]
    [InlineData("{\"taskSupport\":1}", "{\"taskSupport\":1}")]
    [InlineData("""{"name":"t","task":{"ttl":1},"arguments":{"task":2}}""", """{"name":"t","arguments":{"task":2}}""")]
    public void ParamsRewriter_LegacyServer_HearsNothingOfTasks(string parameters, string expected)
    {
        var message = Message.Of($$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{parameters}}}""");
        var legacy = new UpstreamMeta { Era = ProtocolEra.Legacy, ProtocolVersion = "\"2025-11-25\""u8 };
        var modern = new UpstreamMeta { Era = ProtocolEra.Modern, ProtocolVersion = "\"2026-07-28\""u8 };
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        ParamsRewriter.Write(output, message, [], legacy);
        Assert.Equal(expected, Message.Text(output.WrittenSpan));
        output.Clear();
        ParamsRewriter.Write(output, message, [], modern);
        Assert.EndsWith(parameters[1..], Message.Text(output.WrittenSpan), StringComparison.Ordinal);
    }

    private static string Declared(string extensions) => $"{{\"roots\":{{ }},\"extensions\":{{{extensions}}},\"y\":[1]}}";

    private async Task<string?> DiscoverAsync(string? at) =>
        (await _gateway.HandleAsync("server/discover", era: ProtocolEra.Modern, at: at))["result"]!["capabilities"]!["extensions"]?.ToJsonString();
}
