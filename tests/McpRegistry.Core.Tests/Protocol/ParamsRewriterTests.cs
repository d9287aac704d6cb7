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

    [Theory]
    [InlineData("completion/complete", """{"ref":{"type":"ref/resource","uri":"mcp+a:x:{y}"},"argument":{}}""", """{"ref":{"type":"ref/resource","uri":"x:{y}"},"argument":{}}""")]
    [InlineData("completion/complete", """{"ref":{"name":"n","uri":"mcp+a:x:{y}"}}""", """{"ref":{"name":"n","uri":"x:{y}"}}""")]
    [InlineData("completion/complete", """{"ref":{"name":"n","uri":null}}""", """{"ref":{"name":"x:{y}","uri":null}}""")]
    [InlineData("resources/read", """{"name":"n","uri":"mcp+a:x:{y}"}""", """{"name":"n","uri":"x:{y}"}""")]
    public void Write_ResourceOfAnotherUri_ChangesOnlyThat(string method, string parameters, string expected) =>
        Assert.Equal(expected, Write(parameters, "\"x:{y}\"", ProtocolEra.Legacy, method: method));

    [Fact]
    public void Write_AnswersToQuestionsOfARead_KeepTheServersOwnUri()
    {
        var message = Request("""{"name":"n","uri":"mcp+a:x:y","requestState":"s"}""", "resources/read");
        var written = Message.Written(output => ParamsRewriter.Write(
            output, message, "\"x:y\""u8, new UpstreamMeta { Era = ProtocolEra.Legacy, ProtocolVersion = default }, ReadOnlyMemory<byte>.Empty));
        Assert.Equal("""{"name":"n","uri":"x:y"}""", written);
    }

    /// <summary>What is left out must not change what is renamed.</summary>
    [Theory]
    [InlineData("completion/complete", """{"name":"x","requestState":"s","ref":{"type":"ref/prompt", "name":"a__t"}}""", """{"name":"x","ref":{"type":"ref/prompt", "name":"t"}}""")]
    [InlineData("tools/call", """{"requestState":"s", "name":"a__t" }""", """{ "name":"t" }""")]
    [InlineData("tools/call", """{"name":"a__t" , "inputResponses":{},"requestState":"s"}""", """{"name":"t"}""")]
    [InlineData("tools/call", """{"task":{},"requestState":"s"}""", "{}")]
    [InlineData("tools/call", """{"task":{},"name":"a__t","_meta":{"v":1}}""", """{"name":"t","_meta":{"v":1}}""")]
    public void Write_WithoutWhatALegacyServerDoesNotKnow_RenamesTheSame(string method, string parameters, string expected)
    {
        var message = Request(parameters, method);
        Assert.Equal(expected, Message.Written(output => ParamsRewriter.Write(
            output, message, "\"t\""u8, new UpstreamMeta { Era = ProtocolEra.Legacy, ProtocolVersion = "\"2025-11-25\""u8 }, ReadOnlyMemory<byte>.Empty)));
    }

    [Fact]
    public void Write_Answers_TakeThePlaceOfTheClients()
    {
        var message = Request("""{"name":"a__t","requestState":"old","arguments":{}}""", "tools/call");
        Assert.Equal(
            "{\"_meta\":{" + Modern + "},\"requestState\":\"new\",\"name\":\"t\",\"arguments\":{}}",
            Message.Written(output => ParamsRewriter.Write(
                output, message, "\"t\""u8, new UpstreamMeta { Era = ProtocolEra.Modern, ProtocolVersion = "\"2026-07-28\""u8 }, Message.Utf8("\"requestState\":\"new\""))));
    }

    private static string Write(string? parameters, string name, ProtocolEra era, long token = 0, string method = "tools/call")
    {
        var message = Request(parameters, method);
        return Message.Written(output => ParamsRewriter.Write(
            output, message, Message.Utf8(name), new UpstreamMeta { Era = era, ProtocolVersion = "\"2026-07-28\""u8, ProgressToken = token }));
    }

    private static ClientMessage Request(string? parameters, string method) =>
        Message.Of($$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}"{{(parameters is null ? "" : ",\"params\":" + parameters)}}}""");
}
