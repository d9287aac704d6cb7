using McpRegistry.Protocol;
using McpRegistry.Servers;
using Xunit;

namespace McpRegistry.Core.Tests.Protocol;

public sealed class ParamsRewriterTests
{
    private const string Modern = "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}";

    [Theory]
    [InlineData("""{"name":"a__t","arguments":{"name":"a__t"},"_meta":{"v/k":1}}""", """{"name":"t","arguments":{"name":"a__t"},"_meta":{"v/k":1}}""")]
    [InlineData("""{"_meta":{"v/k":1}, "name" : "a__t" }""", """{"_meta":{"v/k":1}, "name" : "t" }""")]
    [InlineData("""{"name":"a__t"}""", """{"name":"t"}""")]
    [InlineData("""{ "n\u0061me":"a__t", "x":123456789012345678901234567890 }""", """{ "n\u0061me":"t", "x":123456789012345678901234567890 }""")]
    [InlineData("""{}""", """{}""")]
    [InlineData("""{"_meta":{}}""", """{"_meta":{}}""")]
    public void Write_ToLegacy_ChangesOnlyTheName(string parameters, string expected) =>
        Assert.Equal(expected, Write(parameters, "\"t\"", ProtocolEra.Legacy));

    [Theory]
    [InlineData("""{"name":"a__t","_meta":{"v/k":1}}""", "{\"name\":\"t\",\"_meta\":{" + Modern + ",\"v/k\":1}}")]
    [InlineData("""{"_meta":{"v/k":1},"name":"a__t"}""", "{\"_meta\":{" + Modern + ",\"v/k\":1},\"name\":\"t\"}")]
    [InlineData("""{"name":"a__t"}""", "{\"_meta\":{" + Modern + "},\"name\":\"t\"}")]
    [InlineData("{}", "{\"_meta\":{" + Modern + "}}")]
    [InlineData("{ }", "{\"_meta\":{" + Modern + "} }")]
    [InlineData(null, "{\"_meta\":{" + Modern + "}}")]
    public void Write_ToModern_AddsTheEnvelope(string? parameters, string expected) =>
        Assert.Equal(expected, Write(parameters, "\"t\"", ProtocolEra.Modern));

    [Fact]
    public void Write_MissingParamsToLegacy_IsEmptyObject() => Assert.Equal("{}", Write(null, "", ProtocolEra.Legacy));

    [Fact]
    public void Write_ProgressToken_IsReplacedByTheGateways()
    {
        const string Parameters = """{"_meta":{"progressToken":"mine","k":1}}""";

        Assert.Equal("""{"_meta":{"progressToken":42,"k":1}}""", Write(Parameters, "", ProtocolEra.Legacy, token: 42));
        Assert.Equal("""{"_meta":{"k":1}}""", Write(Parameters, "", ProtocolEra.Legacy));
        Assert.Equal("""{"_meta":{"progressToken":9223372036854775807}}""", Write(null, "", ProtocolEra.Legacy, token: long.MaxValue));
    }

    [Fact]
    public void Write_ReservedKeys_LegacyDropsThemAndKeepsVendorKeys()
    {
        const string Meta = """{"_meta":{"io.modelcontextprotocol/protocolVersion":"x","io.modelcontextprotocol/ext":{"a":1},"io.modelcontextprotocol\/esc":2,"com.vendor/k":[1],"traceparent":"00-1"}}""";

        Assert.Equal("""{"_meta":{"com.vendor/k":[1],"traceparent":"00-1"}}""", Write(Meta, "", ProtocolEra.Legacy));
    }

    [Fact]
    public void Write_ReservedKeys_ModernReplacesItsOwnAndKeepsThoseOfExtensions()
    {
        const string Meta = """{"_meta":{"io.modelcontextprotocol/protocolVersion":"x","io.modelcontextprotocol/clientCapabilities":{"evil":{}},"io.modelcontextprotocol\/logLevel":"debug","io.modelcontextprotocol/ext":{"a":1},"com.vendor/k":[1]}}""";

        Assert.Equal(
            "{\"_meta\":{" + Modern + ",\"io.modelcontextprotocol/ext\":{\"a\":1},\"com.vendor/k\":[1]}}", Write(Meta, "", ProtocolEra.Modern));
    }

    [Fact]
    public void Write_ModernMembers_AreThoseGiven()
    {
        var message = Request("{}", "tools/call");
        var written = Message.Written(output => ParamsRewriter.Write(output, message, [], new UpstreamMeta
        {
            Era = ProtocolEra.Modern,
            ProtocolVersion = "\"2026-07-28\""u8,
            Capabilities = "{\"roots\":{}}"u8,
            ClientInfo = "{\"name\":\"c\"}"u8,
            LogLevel = "\"info\""u8,
            ProgressToken = 5,
        }));

        Assert.Equal(
            """{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"roots":{}},"io.modelcontextprotocol/clientInfo":{"name":"c"},"io.modelcontextprotocol/logLevel":"info","progressToken":5}}""",
            written);
    }

    [Fact]
    public void Write_Completion_RenamesTheReferenceOnly() => Assert.Equal(
        """{"name":"x","ref":{"type":"ref/prompt","name":"t"},"argument":{"name":"a","value":"v"}}""",
        Write("""{"name":"x","ref":{"type":"ref/prompt","name":"a__t"},"argument":{"name":"a","value":"v"}}""", "\"t\"", ProtocolEra.Legacy, method: "completion/complete"));

    private static string Write(string? parameters, string name, ProtocolEra era, long token = 0, string method = "tools/call")
    {
        var message = Request(parameters, method);
        return Message.Written(output => ParamsRewriter.Write(
            output, message, Message.Utf8(name), new UpstreamMeta { Era = era, ProtocolVersion = "\"2026-07-28\""u8, ProgressToken = token }));
    }

    private static ClientMessage Request(string? parameters, string method) =>
        Message.Of($$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}"{{(parameters is null ? "" : ",\"params\":" + parameters)}}}""");
}
