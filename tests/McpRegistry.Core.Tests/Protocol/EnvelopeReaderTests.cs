using McpRegistry.Protocol;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.Protocol;

public sealed class EnvelopeReaderTests
{
    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping"}""", "Request", "Ping")]
    [InlineData("""{"jsonrpc":"2.0","id":"","method":"tools/list","params":{}}""", "Request", "ToolsList")]
    [InlineData("""{"jsonrpc":"2.0","id":-9223372036854775808,"method":"x/y"}""", "Request", "Unknown")]
    [InlineData("""{"jsonrpc":"2.0","id":9223372036854775807,"method":"tools\/call"}""", "Request", "ToolsCall")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"p\u0069ng"}""", "Request", "Ping")]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/initialized"}""", "Notification", "Initialized")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{}}""", "Response", "Unknown")]
    [InlineData("""{"jsonrpc":"2.0","id":"a","error":{"code":1,"message":"m"}}""", "Response", "Unknown")]
    [InlineData(" \r\n\t{ \"jsonrpc\" : \"2.0\" , \"id\" : 1 , \"method\" : \"ping\" } \n", "Request", "Ping")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"m","params":{"a":{"k":1},"b":{"k":1},"c":[{"k":1},{"k":1}],"k":1}}""", "Request", "Unknown")]
    public void Read_GoodMessage_IsClassified(string json, string kind, string method)
    {
        var message = Message.Of(json);

        Assert.Equal(kind, message.Kind.ToString());
        Assert.Equal(method, message.Method.ToString());
    }

    [Theory]
    [InlineData("", EnvelopeFault.Malformed)]
    [InlineData("   ", EnvelopeFault.Malformed)]
    [InlineData("{", EnvelopeFault.Malformed)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping"}}""", EnvelopeFault.Malformed)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping"}{}""", EnvelopeFault.Malformed)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping",}""", EnvelopeFault.Malformed)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping"}//x""", EnvelopeFault.Malformed)]
    [InlineData("""{jsonrpc:"2.0"}""", EnvelopeFault.Malformed)]
    [InlineData("\uFEFF{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}", EnvelopeFault.Malformed)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":{"\ud800":1}}""", EnvelopeFault.Malformed)]
    [InlineData("[]", EnvelopeFault.EmptyBatch)]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"method":"ping"}]""", EnvelopeFault.Batch)]
    [InlineData("null", EnvelopeFault.NotAnObject)]
    [InlineData("\"{}\"", EnvelopeFault.NotAnObject)]
    [InlineData("12", EnvelopeFault.NotAnObject)]
    [InlineData("{}", EnvelopeFault.WrongVersion)]
    [InlineData("""{"jsonrpc":2.0,"id":1,"method":"ping"}""", EnvelopeFault.WrongVersion)]
    [InlineData("""{"jsonrpc":"1.0","id":1,"method":"ping"}""", EnvelopeFault.WrongVersion)]
    [InlineData("""{"jsonrpc":"2.0"}""", EnvelopeFault.NotAMessage)]
    [InlineData("""{"jsonrpc":"2.0","id":1}""", EnvelopeFault.NotAMessage)]
    [InlineData("""{"jsonrpc":"2.0","result":{}}""", EnvelopeFault.NotAMessage)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{},"error":{}}""", EnvelopeFault.NotAMessage)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{},"result":{}}""", EnvelopeFault.NotAMessage)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":5}""", EnvelopeFault.NotAMessage)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":null}""", EnvelopeFault.NotAMessage)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":"no"}""", EnvelopeFault.NotAMessage)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":null,"result":{}}""", EnvelopeFault.None)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":7}""", EnvelopeFault.NotAMessage)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":null}""", EnvelopeFault.NotAMessage)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}""", EnvelopeFault.NotAMessage)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}""", EnvelopeFault.WrongParams)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":null}""", EnvelopeFault.WrongParams)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":1}}""", EnvelopeFault.WrongParams)]
    public void Read_BadMessage_IsRefused(string json, object fault) => Assert.Equal(fault, Message.Fault(json));

    [Theory]
    [InlineData("null")]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("9223372036854775808")]
    [InlineData("true")]
    [InlineData("{}")]
    [InlineData("[1]")]
    public void Read_IdOfWrongType_IsRefusedWithoutId(string id)
    {
        var fault = EnvelopeReader.Read(Message.Utf8($$"""{"jsonrpc":"2.0","id":{{id}},"method":"ping"}"""), EnvelopeLimits.Default, out var message);

        Assert.Equal(EnvelopeFault.WrongId, fault);
        Assert.True(message.Id.IsMissing);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","m\u0065thod":"tools/call"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"m\u0065thod":"ping","\u006dethod":"tools/call"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":{"name":1,"name":2}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"a":1,"a":1}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":[[{"b":1,"c":{},"b":1}]]}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":{"":1,"":2}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a/b":1,"a\/b":2}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":{"😀":1,"\ud83d\ude00":2}}""")]
    public void Read_RepeatedName_IsRefusedAndKeepsId(string json)
    {
        var fault = EnvelopeReader.Read(Message.Utf8(json), EnvelopeLimits.Default, out var message);

        Assert.Equal(EnvelopeFault.DuplicateMember, fault);
        Assert.Equal("1", Message.Text(message.Raw(message.Id)));
    }

    [Theory]
    [InlineData("{", "}")]
    [InlineData("[", "]")]
    public void Read_DepthAtLimit_PassesAndOneMoreIsRefused(string open, string close)
    {
        string Nested(int depth)
        {
            // The message and its params are the first two levels.
            var inner = depth - 2;
            var name = open == "{" ? "\"a\":" : "";
            return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"a\":"
                + string.Concat(Enumerable.Repeat(open + name, inner - 1)) + open + close + string.Concat(Enumerable.Repeat(close, inner - 1)) + "}}";
        }

        var limits = new EnvelopeLimits(20, 100);

        Assert.Equal(EnvelopeFault.None, EnvelopeReader.Read(Message.Utf8(Nested(20)), limits, out _));
        Assert.Equal(EnvelopeFault.TooDeep, EnvelopeReader.Read(Message.Utf8(Nested(21)), limits, out _));
        Assert.Equal(EnvelopeFault.TooDeep, EnvelopeReader.Read(Message.Utf8(Nested(100_000)), EnvelopeLimits.Default, out _));
    }

    [Fact]
    public void Read_MembersAtLimit_PassAndOneMoreIsRefused()
    {
        static byte[] With(int members) => Message.Utf8(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{" + string.Join(',', Enumerable.Range(0, members).Select(i => $"\"n{i}\":0")) + "}}");
        var limits = new EnvelopeLimits(20, 50);

        Assert.Equal(EnvelopeFault.None, EnvelopeReader.Read(With(50), limits, out _));
        Assert.Equal(EnvelopeFault.TooManyMembers, EnvelopeReader.Read(With(51), limits, out _));
    }

    [Fact]
    public void Read_InvalidUtf8InsideString_IsMalformed()
    {
        var body = Message.Utf8("""{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"?"}}""");
        body[^4] = 0xC3;

        Assert.Equal(EnvelopeFault.Malformed, EnvelopeReader.Read(body, EnvelopeLimits.Default, out _));
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"\ud800"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\udc00x"}}""")]
    public void Text_HalfSurrogatePair_IsNoText(string json)
    {
        var message = Message.Of(json);

        Assert.Null(message.Text(message.Name.IsMissing ? message.MethodName : message.Name));
    }

    [Fact]
    public void Read_AllFields_StandWhereTheSlicesSay()
    {
        var message = Message.Of(
            """
            {"jsonrpc":"2.0","id":"i","method":"tools/call","params":{ "name" : "näme", "uri":"u:x","cursor":"","level":"info","requestId":7,
            "protocolVersion":"2025-06-18","capabilities":{"a":1},"clientInfo":{"name":"c"},"ref":{"name":"rn","uri":"ru"},"arguments":{"name":"inner","ref":{"name":"no"}},
            "_meta":{"io.modelcontextprotocol/protocolVersion":"v","io.modelcontextprotocol/clientCapabilities":{},"io.modelcontextprotocol/clientInfo":{"x":[1]},
            "io.modelcontextprotocol/logLevel":"debug","progressToken":12345678901234567890,"nested":{"progressToken":"no"}}}}
            """);

        Assert.Equal("\"näme\"", Raw(message.Name));
        Assert.Equal("u:x", message.Text(message.Uri));
        Assert.Equal("", message.Text(message.Cursor));
        Assert.Equal("\"info\"", Raw(message.Level));
        Assert.Equal("7", Raw(message.RequestId));
        Assert.Equal("2025-06-18", message.Text(message.ProtocolVersion));
        Assert.Equal("""{"a":1}""", Raw(message.Capabilities));
        Assert.Equal("""{"name":"c"}""", Raw(message.ClientInfo));
        Assert.Equal("rn", message.Text(message.RefName));
        Assert.Equal("ru", message.Text(message.RefUri));
        Assert.Equal("v", message.Text(message.MetaProtocolVersion));
        Assert.Equal("{}", Raw(message.MetaCapabilities));
        Assert.Equal("""{"x":[1]}""", Raw(message.MetaClientInfo));
        Assert.Equal("\"debug\"", Raw(message.MetaLogLevel));
        Assert.Equal("12345678901234567890", Raw(message.ProgressToken));
        Assert.StartsWith("{\"io.modelcontextprotocol/protocolVersion\"", Raw(message.Meta), StringComparison.Ordinal);
        Assert.EndsWith("\"no\"}}", Raw(message.Meta), StringComparison.Ordinal);

        string Raw(Slice slice) => Message.Text(message.Raw(slice));
    }

    [Fact]
    public void Read_LargeMessage_AllocatesNextToNothing()
    {
        var body = Message.Utf8("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"t\",\"arguments\":{"
            + string.Join(',', Enumerable.Range(0, 2_500).Select(i => $"\"member{i}\":\"some text that fills {i}\"")) + "}}}");
        Assert.InRange(body.Length, 80_000, 200_000);

        var allocated = Allocations.Of(() => Assert.Equal(EnvelopeFault.None, EnvelopeReader.Read(body, EnvelopeLimits.Default, out _)));

        Assert.InRange(allocated, 0, 1024);
    }
}
