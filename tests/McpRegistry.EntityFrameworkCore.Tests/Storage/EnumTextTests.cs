using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Servers;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

/// <summary>Rows of other versions are read by these names, so they must not change.</summary>
public sealed class EnumTextTests
{
    [Theory]
    [InlineData(TransportKind.StreamableHttp, "streamable_http")]
    [InlineData(TransportKind.Stdio, "stdio")]
    [InlineData(TransportKind.Sse, "sse")]
    [InlineData(TransportKind.WebSocket, "websocket")]
    public void Write_Transport_IsTheNameOfRest(TransportKind transport, string expected)
    {
        Assert.Equal(expected, EnumText<TransportKind>.Write(transport));
        Assert.Equal(transport, EnumText<TransportKind>.Read(expected));
    }
}
