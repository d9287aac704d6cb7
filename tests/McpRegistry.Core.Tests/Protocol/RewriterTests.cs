using McpRegistry.Protocol;
using McpRegistry.Servers;
using Xunit;

namespace McpRegistry.Core.Tests.Protocol;

public sealed class RewriterTests
{
    [Theory]
    [InlineData(ProtocolEra.Legacy, ProtocolEra.Legacy)]
    [InlineData(ProtocolEra.Modern, ProtocolEra.Modern)]
    public void WriteResult_SameEra_KeepsEveryByte(ProtocolEra from, ProtocolEra to)
    {
        const string Result = """{ "x" : 123456789012345678901234567890, "é":"\u00e9", "ttlMs":1,"resultType":"complete" }""";

        Assert.Equal("""{"jsonrpc":"2.0","id":"c","result":""" + Result + "}", WriteResult(Result, "tools/list", from, to));
    }

    [Theory]
    [InlineData("tools/call", """{"content":[],"resultType":"odd","ttlMs":5}""", """{"resultType":"complete","content":[],"ttlMs":5}""")]
    [InlineData("tools/list", """{"tools":[],"ttlMs":5,"cacheScope":"public"}""", """{"resultType":"complete","ttlMs":0,"cacheScope":"private","tools":[]}""")]
    [InlineData("resources/read", "{}", """{"resultType":"complete","ttlMs":0,"cacheScope":"private"}""")]
    [InlineData("prompts/get", "{}", """{"resultType":"complete"}""")]
    public void WriteResult_LegacyToModern_AddsTheModernMembers(string method, string result, string expected) =>
        Assert.Equal($$"""{"jsonrpc":"2.0","id":"c","result":{{expected}}}""", WriteResult(result, method, ProtocolEra.Legacy, ProtocolEra.Modern));

    [Theory]
    [InlineData("tools/call", """{"resultType":"complete","content":[],"ttlMs":5,"_meta":{"a":1}}""", """{"content":[],"ttlMs":5,"_meta":{"a":1}}""")]
    [InlineData("tools/list", """{"tools":[ ],"ttlMs":5,"cache\u0053cope":"public","resultType":"complete"}""", """{"tools":[ ]}""")]
    [InlineData("resources/read", """{"ttlMs":5,"cacheScope":"public","resultType":"complete"}""", "{}")]
    public void WriteResult_ModernToLegacy_TakesTheModernMembersOut(string method, string result, string expected) =>
        Assert.Equal($$"""{"jsonrpc":"2.0","id":"c","result":{{expected}}}""", WriteResult(result, method, ProtocolEra.Modern, ProtocolEra.Legacy));

    [Theory]
    [InlineData("{}", true)]
    [InlineData("""{"resultType":"complete"}""", true)]
    [InlineData("""{"resultType":"input_required"}""", false)]
    [InlineData("""{"resultType":null}""", false)]
    public void IsComplete_ByResultType(string result, bool expected) => Assert.Equal(expected, ResultRewriter.IsComplete(Message.Utf8(result)));

    [Theory]
    [InlineData(-32002, ProtocolEra.Modern, """{"code":-32602,"message":"gone","data":{"uri":"u:1","x":[1]}}""")]
    [InlineData(-32002, ProtocolEra.Legacy, """{"code":-32002,"message":"gone","data":{"x":[1]}}""")]
    [InlineData(-32000, ProtocolEra.Modern, """{"code":-32000,"message":"gone","data":{"x":[1]}}""")]
    public void WriteError_ResourceNotFound_IsTranslatedForModernClients(int code, ProtocolEra to, string expected)
    {
        var error = Message.Utf8($$$"""{"code":{{{code}}},"message":"gone","data":{"x":[1]}}""");

        var written = Message.Written(output => ResultRewriter.WriteError(output, "1"u8, error, code, "\"u:1\""u8, to));

        Assert.Equal($$"""{"jsonrpc":"2.0","id":1,"error":{{expected}}}""", written);
    }

    [Theory]
    [InlineData("""{"code":1e2,"message":"","data":1}""", """{"code":1e2,"message":"","data":1}""")]
    [InlineData("""{"code":"x","message":5,"data":[1.0]}""", """{"code":-32603,"message":"The server gave no reason.","data":[1.0]}""")]
    [InlineData("""{"message":"no"}""", """{"code":-32603,"message":"no"}""")]
    [InlineData("{}", """{"code":-32603,"message":"The server gave no reason."}""")]
    public void WriteError_WithoutCodeOrMessage_IsMended(string error, string expected)
    {
        var written = Message.Written(output => ResultRewriter.WriteError(output, "1"u8, Message.Utf8(error), -32603, default, ProtocolEra.Legacy));

        Assert.Equal($$"""{"jsonrpc":"2.0","id":1,"error":{{expected}}}""", written);
    }

    [Theory]
    [InlineData("""{"progressToken":17,"progress":1.0,"total":3}""", "\"mine\"", """{"progressToken":"mine","progress":1.0,"total":3}""")]
    [InlineData("""{ "progress":1e2, "progr\u0065ssToken" : 17 }""", "12345678901234567890", """{ "progress":1e2, "progr\u0065ssToken" : 12345678901234567890 }""")]
    public void TryWriteProgress_Token_IsPutBackWithItsType(string parameters, string token, string expected)
    {
        var message = Message.Upstream($$"""{"jsonrpc":"2.0","method":"notifications/progress","params":{{parameters}}}""");

        var written = Message.Written(output => Assert.True(NotificationRewriter.TryWriteProgress(output, message, Message.Utf8(token))));

        Assert.Equal($$"""{"jsonrpc":"2.0","method":"notifications/progress","params":{{expected}}}""", written);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/progress"}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/progress","params":{"progress":1}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/progress","params":[1]}""")]
    public void TryWriteProgress_NoToken_WritesNothing(string json) =>
        Assert.Empty(Message.Written(output => Assert.False(NotificationRewriter.TryWriteProgress(output, Message.Upstream(json), "1"u8))));

    private static string WriteResult(string result, string method, ProtocolEra from, ProtocolEra to) => Message.Written(output =>
        ResultRewriter.WriteResult(output, "\"c\""u8, Message.Utf8(result), McpMethods.Parse(Message.Utf8(method)), from, to));
}
