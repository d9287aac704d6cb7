using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using Xunit;

namespace McpRegistry.Core.Tests.Gateway;

public sealed class EraTests
{
    private const string Meta = """{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}""";

    [Theory]
    [InlineData("tools/list", Meta, "2026-07-28", ProtocolEra.Modern, 0)]
    [InlineData("tools/list", "{}", "2026-07-28", ProtocolEra.Modern, 0)]
    [InlineData("tools/list", Meta, null, ProtocolEra.Modern, -32020)]
    [InlineData("tools/list", Meta, "2025-11-25", ProtocolEra.Modern, -32020)]
    [InlineData("tools/list", """{"_meta":{"io.modelcontextprotocol/protocolVersion":"v9","io.modelcontextprotocol/clientCapabilities":{}}}""", "v9", ProtocolEra.Modern, 0)]
    [InlineData("tools/list", """{"_meta":{"io.modelcontextprotocol/protocolVersion":"v9","io.modelcontextprotocol/clientCapabilities":{}}}""", "v8", ProtocolEra.Modern, -32020)]
    [InlineData("tools/list", """{"_meta":{"io.modelcontextprotocol/protocolVersion":"2025-11-25","io.modelcontextprotocol/clientCapabilities":{}}}""", "2025-11-25", ProtocolEra.Modern, -32020)]
    [InlineData("tools/list", "{}", "2025-06-18", ProtocolEra.Legacy, 0)]
    [InlineData("tools/list", "{}", null, ProtocolEra.Legacy, 0)]
    [InlineData("initialize", """{"protocolVersion":"2026-07-28"}""", null, ProtocolEra.Legacy, 0)]
    [InlineData("initialize", """{"protocolVersion":"2026-07-28"}""", "2025-11-25", ProtocolEra.Legacy, 0)]
    [InlineData("initialize", "{}", "2026-07-28", ProtocolEra.Modern, -32020)]
    [InlineData("initialize", Meta, "2026-07-28", ProtocolEra.Modern, 0)]
    [InlineData("tools/list", "{}", "2027-01-01", ProtocolEra.Modern, 0)]
    public void Classify_Request_FollowsTheTable(string method, string parameters, string? header, ProtocolEra era, int code)
    {
        var message = Message.Of($$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{{parameters}}}""");

        Assert.Equal(era, EraClassifier.Classify(message, header, out var error));
        Assert.Equal(code, error?.Code ?? 0);
        Assert.Equal(code == 0 ? 0 : 400, error?.HttpStatus ?? 0);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/cancelled"}""", "2026-07-28", ProtocolEra.Modern, 0)]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":""" + Meta + "}", null, ProtocolEra.Modern, 0)]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":""" + Meta + "}", "2025-11-25", ProtocolEra.Modern, 400)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{}}""", "2026-07-28", ProtocolEra.Modern, 400)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{}}""", "2025-11-25", ProtocolEra.Legacy, 0)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{}}""", null, ProtocolEra.Legacy, 0)]
    public void Classify_OtherMessages_FollowTheTable(string json, string? header, ProtocolEra era, int status)
    {
        Assert.Equal(era, EraClassifier.Classify(Message.Of(json), header, out var error));
        Assert.Equal(status, error?.HttpStatus ?? 0);
    }

    [Theory]
    [InlineData("\"2026-07-28\"", "{}", "2026-07-28", 0)]
    [InlineData("\"2026-07-28\"", "{}", "2027-01-01", -32020)]
    [InlineData("\"2027-01-01\"", "{}", "2027-01-01", -32022)]
    [InlineData("7", "{}", "2026-07-28", -32602)]
    [InlineData("null", "{}", "2026-07-28", -32602)]
    [InlineData("\"\\ud800\"", "{}", "2026-07-28", -32602)]
    [InlineData("\"2026-07-28\"", "[]", "2026-07-28", -32602)]
    [InlineData("\"2026-07-28\"", "null", "2026-07-28", -32602)]
    public void Check_Envelope_GivesTheFirstFault(string version, string capabilities, string header, int code)
    {
        var message = Message.Of(
            $$$"""{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":{{{version}}},"io.modelcontextprotocol/clientCapabilities":{{{capabilities}}} } } }""");

        Assert.Equal(code, ModernEnvelope.Check(message, header)?.Code ?? 0);
    }

    [Fact]
    public void Check_MissingMeta_IsInvalidParams() =>
        Assert.Equal(-32602, ModernEnvelope.Check(Message.Of("""{"jsonrpc":"2.0","id":1,"method":"ping"}"""), "2026-07-28")!.Code);

    [Fact]
    public void Unsupported_Data_ListsWhatDiscoverLists() => Assert.Equal(
        """{"supported":["2026-07-28"],"requested":"a\"b"}""", Message.Text(ModernEnvelope.Unsupported("a\"b").Data));
}
