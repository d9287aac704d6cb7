using System.Diagnostics;
using McpRegistry.Telemetry;
using Xunit;

namespace McpRegistry.Core.Tests.Telemetry;

public sealed class SpanTagsTests
{
    [Theory]
    [InlineData(64, 64)]
    [InlineData(65, 64)]
    [InlineData(4_000_000, 64)]
    public void SetRequestId_AnyLength_IsBounded(int length, int expected)
    {
        using var span = new Activity("s");

        SpanTags.SetRequestId(span, new string('i', length));

        Assert.Equal(expected, Assert.IsType<string>(span.GetTagItem("jsonrpc.request.id")).Length);
    }
}
