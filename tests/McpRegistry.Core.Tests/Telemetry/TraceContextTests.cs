using System.Diagnostics;
using System.Text;
using McpRegistry.Telemetry;
using Xunit;

namespace McpRegistry.Core.Tests.Telemetry;

public sealed class TraceContextTests
{
    private const string Parent = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";

    [Theory]
    [InlineData("\"a=1,b=2\"", "a=1,b=2")]
    [InlineData("\"\"", null)]
    [InlineData("7", null)]
    [InlineData("\"a=\\n1\"", null)]
    [InlineData("\"a=\\u00e9\"", null)]
    public void Read_Context_KeepsAStateOfTheStandardsForm(string state, string? expected)
    {
        var context = Read($$"""{"traceparent":"{{Parent}}","tracestate":{{state}}}""");

        Assert.Equal("0af7651916cd43dd8448eb211c80319c", context!.Value.TraceId.ToHexString());
        Assert.Equal("00f067aa0ba902b7", context.Value.SpanId.ToHexString());
        Assert.Equal((ActivityTraceFlags.Recorded, true, expected), (context.Value.TraceFlags, context.Value.IsRemote, context.Value.TraceState));
    }

    [Fact]
    public void Read_LongState_IsLeftOut() =>
        Assert.Null(Read($$"""{"traceparent":"{{Parent}}","tracestate":"a={{new string('x', 511)}}"}""")!.Value.TraceState);

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"tracestate":"a=1"}""")]
    [InlineData("""{"traceparent":null}""")]
    [InlineData("""{"traceparent":""}""")]
    [InlineData("""{"traceparent":"\ud800"}""")]
    [InlineData("""{"traceparent":"00-00000000000000000000000000000000-00f067aa0ba902b7-01"}""")]
    [InlineData("""{"traceparent":"00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01"}""")]
    [InlineData("""{"traceparent":"ff-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01"}""")]
    [InlineData("""{"traceparent":"00-0AF7651916CD43DD8448EB211C80319C-00f067aa0ba902b7-01"}""")]
    public void Read_NoContextOfTheStandardsForm_IsNone(string meta) => Assert.Null(Read(meta));

    [Fact]
    public void Parent_NoSpan_IsEmpty()
    {
        Assert.Empty(TraceContext.Parent(null));
        Assert.Empty(TraceContext.State(null));
    }

    private static ActivityContext? Read(string meta) => TraceContext.Read(Encoding.UTF8.GetBytes(meta));
}
