using System.Buffers;
using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Watching;
using Xunit;

namespace McpRegistry.Core.Tests.Watching;

public sealed class ListenFilterTests
{
    [Theory]
    [InlineData("""{"notifications":{}}""", "{}")]
    [InlineData("""{"notifications":{"toolsListChanged":false,"promptsListChanged":null,"resourceSubscriptions":[],"vendorIds":["t"]}}""", "{}")]
    [InlineData("""{"notifications":{"taskIds":["t","t","u"],"resourceSubscriptions":["a:b"]}}""", """{"resourceSubscriptions":["a:b"],"taskIds":["t","u"]}""")]
    [InlineData("""{"notifications":{"resourceSubscriptions":["a:b","ü:\"","a:b"],"toolsListChanged":true}}""", """{"toolsListChanged":true,"resourceSubscriptions":["a:b","ü:\""]}""")]
    [InlineData("""{"notifications":{"resourcesListChanged":true,"promptsListChanged":true}}""", """{"promptsListChanged":true,"resourcesListChanged":true}""")]
    public void Read_GoodFilter_IsKeptAsItIs(string parameters, string expected)
    {
        var output = new ArrayBufferWriter<byte>();
        ListenFilter.Read(Message.Utf8(parameters))!.Write(output);

        Assert.Equal(expected, Message.Text(output.WrittenMemory));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"notifications":true}""")]
    [InlineData("""{"notifications":{"toolsListChanged":1}}""")]
    [InlineData("""{"notifications":{"resourceSubscriptions":"a:b"}}""")]
    [InlineData("""{"notifications":{"resourceSubscriptions":["a:b",1]}}""")]
    [InlineData("""{"notifications":{"resourceSubscriptions":[["a:b"]]}}""")]
    [InlineData("""{"notifications":{"resourceSubscriptions":["\ud800"]}}""")]
    public void Read_AnythingElse_IsRefused(string parameters) => Assert.Null(ListenFilter.Read(Message.Utf8(parameters)));
}
