using McpRegistry.Protocol;
using Xunit;

namespace McpRegistry.Core.Tests.Protocol;

public sealed class UpstreamMessageTests
{
    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":7,"result":{"a":1}}""", "Response", "Unknown", 7L)]
    [InlineData("""{"jsonrpc":"2.0","id":"7","result":{}}""", "Response", "Unknown", null)]
    [InlineData("""{"jsonrpc":"2.0","id":7.0,"result":{}}""", "Response", "Unknown", null)]
    [InlineData("""{"jsonrpc":"2.0","error":{"code":-32700,"message":"m"}}""", "Response", "Unknown", null)]
    [InlineData("""{"jsonrpc":"2.0","id":3,"method":"ping"}""", "Request", "Ping", 3L)]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications\/progress","params":{}}""", "Notification", "Progress", null)]
    public void TryRead_Message_IsClassified(string json, string kind, string method, long? id)
    {
        var message = Message.Upstream(json);

        Assert.Equal(kind, message.Kind.ToString());
        Assert.Equal(method, message.Method.ToString());
        Assert.Equal(id, message.NumericId);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("<html>")]
    [InlineData("{}")]
    [InlineData("""{"id":1}""")]
    [InlineData("""{"id":1,"result":{},"error":{}}""")]
    [InlineData("""{"id":1,"result":{},"error":"2.0"}""")]
    [InlineData("""{"id":1,"result":3,"error":{}}""")]
    [InlineData("""{"id":1,"result":3}""")]
    [InlineData("""{"id":1,"result":null}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":3}""")]
    [InlineData("""{"method":"notifications/message"}""")]
    [InlineData("""{"jsonrpc":["2.0"],"method":"notifications/message"}""")]
    [InlineData("""{"jsonrpc":"2.0","jsonrpc":"2.0","method":"notifications/message"}""")]
    [InlineData("""{"id":1,"result":{}""")]
    [InlineData("""{"id":1,"result":{}}{"id":2,"result":{}}""")]
    [InlineData("""{"id":1,"result":{}} x""")]
    [InlineData("""{"id":1,"id":2,"result":{}}""")]
    [InlineData("""{"id":1,"result":{},"result":{"other":1}}""")]
    public void TryRead_AnythingElse_IsNull(string json) => Assert.Null(UpstreamMessage.TryRead(Message.Utf8(json)));

    [Fact]
    public void TryRead_InvalidUtf8_IsNull()
    {
        var bytes = Message.Utf8("""{"id":1,"result":{"text":"?"}}""");
        bytes[^4] = 0xFF;

        Assert.Null(UpstreamMessage.TryRead(bytes));
    }

    [Fact]
    public void TryRead_NameThatIsNoText_DoesNotThrow() =>
        Assert.Equal(1, Message.Upstream("""{"\ud800":0,"id":1,"result":{"\udc00":1}}""").NumericId);

    [Theory]
    [InlineData("""{"code":-32601,"message":"no"}""", -32601, "no")]
    [InlineData("""{"code":1.5,"message":4}""", -32603, "")]
    [InlineData("""{"code":99999999999}""", -32603, "")]
    [InlineData("""{}""", -32603, "")]
    public void ErrorCode_OddErrors_StayReadable(string error, int code, string text)
    {
        var message = Message.Upstream($$"""{"id":1,"error":{{error}}}""");

        Assert.True(message.IsError);
        Assert.Equal(code, message.ErrorCode);
        Assert.Equal(text, message.ErrorMessage);
    }

    [Theory]
    [InlineData("""{"id":1,"result":{"a":1},"error":null}""", false)]
    [InlineData("""{"id":1,"result":null,"error":{"code":-1,"message":"no"}}""", true)]
    public void TryRead_ResultAndErrorOfWhichOneIsNull_TakesTheOther(string json, bool isError) =>
        Assert.Equal(isError, Message.Upstream(json).IsError);

    [Fact]
    public void TryRead_DeepMessage_IsRead() =>
        Assert.NotNull(UpstreamMessage.TryRead(Message.Utf8("""{"id":1,"result":{"a":""" + new string('[', 50_000) + new string(']', 50_000) + "}}")));
}
