using System.Text;
using McpRegistry.Protocol;
using Xunit;

namespace McpRegistry.Core.Tests.Protocol;

public sealed class BatchReaderTests
{
    private const string Ping = """{"jsonrpc":"2.0","id":1,"method":"ping"}""";

    [Fact]
    public void Read_MessagesOfAllKinds_KeepsTheirOrderAndBytes()
    {
        const string Notification = """{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}""";
        const string Response = """{"jsonrpc":"2.0","id":1,"result":{"a":[1,{"b":"]"}]}}""";

        Assert.Equal(EnvelopeFault.None, Read($" [ {Ping} ,\n{Notification}\t,{Response}] \r\n", out var entries));

        Assert.Equal([MessageKind.Request, MessageKind.Notification, MessageKind.Response], entries.Select(entry => entry.Message.Kind));
        Assert.Equal([Ping, Notification, Response], entries.Select(entry => Encoding.UTF8.GetString(entry.Message.Body.Span)));
        Assert.Equal(McpMethod.Cancelled, entries[1].Message.Method);
    }

    [Fact]
    public void Read_OneBadElement_LeavesTheOthers()
    {
        var deep = $$$"""{"jsonrpc":"2.0","id":2,"method":"ping","params":{"x":{{{new string('[', 200)}}}{{{new string(']', 200)}}}}}""";
        const string Repeated = """{"jsonrpc":"2.0","id":3,"method":"ping","method":"tools/call"}""";
        const string HalfSurrogate = """{"jsonrpc":"2.0","id":4,"method":"ping","\ud800":1}""";

        Assert.Equal(EnvelopeFault.None, Read($"[1,{deep},{Repeated},{HalfSurrogate},[{Ping}],[],null,{{}},{Ping}]", out var entries));

        Assert.Equal(
            [EnvelopeFault.NotAnObject, EnvelopeFault.TooDeep, EnvelopeFault.DuplicateMember, EnvelopeFault.Malformed, EnvelopeFault.Batch, EnvelopeFault.EmptyBatch,
                EnvelopeFault.NotAnObject, EnvelopeFault.WrongVersion, EnvelopeFault.None],
            entries.Select(entry => entry.Fault));
        Assert.Equal(["", "2", "3", "4", "", "", "", "", "1"], entries.Select(entry => Encoding.UTF8.GetString(entry.Message.Raw(entry.Message.Id))));
    }

    [Theory]
    [InlineData("[]", EnvelopeFault.EmptyBatch)]
    [InlineData("{}", EnvelopeFault.NotAnObject)]
    [InlineData("[", EnvelopeFault.Malformed)]
    [InlineData("", EnvelopeFault.Malformed)]
    [InlineData("[1", EnvelopeFault.Malformed)]
    [InlineData("[1,]", EnvelopeFault.Malformed)]
    [InlineData("[1]x", EnvelopeFault.Malformed)]
    [InlineData("[1][1]", EnvelopeFault.Malformed)]
    [InlineData("[1 2]", EnvelopeFault.Malformed)]
    [InlineData("[{\"a\":1}", EnvelopeFault.Malformed)]
    [InlineData("[1,2,3,4,5,6,7,8,9]", EnvelopeFault.None)]
    [InlineData("[1,2,3,4,5,6,7,8,9,10]", EnvelopeFault.TooManyMessages)]
    public void Read_Array_IsJudgedAsAWhole(string body, object fault) => Assert.Equal((EnvelopeFault)fault, Read(body, out _));

    [Fact]
    public void Read_NoUtf8_IsMalformed() =>
        Assert.Equal(EnvelopeFault.Malformed, BatchReader.Read(new byte[] { (byte)'[', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)']' }, EnvelopeLimits.Default, 9, out _));

    [Theory]
    [InlineData("1", "1", true)]
    [InlineData("\"a\"", "\"\\u0061\"", true)]
    [InlineData("0", "-0", true)]
    [InlineData("1", "\"1\"", false)]
    [InlineData("1", "2", false)]
    [InlineData("\"a\"", "\"A\"", false)]
    public void Read_TwoRequestsWithOneId_AreRefusedTogether(string first, string second, bool isRefused)
    {
        var body = $$"""[{"jsonrpc":"2.0","id":{{first}},"method":"ping"},{"jsonrpc":"2.0","id":{{second}},"method":"ping"}]""";

        Assert.Equal(isRefused ? EnvelopeFault.DuplicateId : EnvelopeFault.None, Read(body, out _));
    }

    /// <summary>The answers of a client to two servers' questions are counted by whoever asked, and have nothing to do with its own requests.</summary>
    [Fact]
    public void Read_ResponseWithTheIdOfARequest_IsNoRepeat() =>
        Assert.Equal(EnvelopeFault.None, Read($$$"""[{{{Ping}}},{"jsonrpc":"2.0","id":1,"result":{}}]""", out _));

    private static EnvelopeFault Read(string body, out List<BatchEntry> entries) =>
        BatchReader.Read(Encoding.UTF8.GetBytes(body), EnvelopeLimits.Default, 9, out entries);
}
