using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Upstream;
using McpRegistry.Upstream.Http;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream;

public sealed class EraVerdictTests
{
    [Fact]
    public void Judge_DiscoverResult_IsModern()
    {
        var verdict = Judge("""
            "result":{"supportedVersions":["2027-01-01","2026-07-28"],"capabilities":{"tools":{}},"instructions":"i","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"s"}}}
            """);

        Assert.Equal(ProtocolEra.Modern, verdict.Modern!.Era);
        Assert.Equal("2026-07-28", verdict.Modern.Revision);
        Assert.True(verdict.Modern.HasCapability("tools"u8));
        Assert.Equal("""{"name":"s"}""", Message.Text(verdict.Modern.ServerInfo));
        Assert.Equal("i", verdict.Modern.Instructions);
    }

    [Theory]
    [InlineData("""{"code":-32022,"message":"m","data":{"supported":["2025-03-26","2025-06-18","2024-11-05"]}}""", "2025-06-18")]
    [InlineData("""{"code":-32022,"message":"m","data":{"supported":["2027-01-01","2025-11-25"]}}""", "2025-11-25")]
    [InlineData("""{"code":-32000,"message":"Bad Request: Server not initialized"}""", "2025-11-25")]
    [InlineData("""{"code":-32601,"message":"Method not found"}""", "2025-11-25")]
    [InlineData("""{"code":-32602,"message":"m"}""", "2025-11-25")]
    public void Judge_LegacyError_NamesTheRevision(string error, string revision)
    {
        var verdict = Judge("\"error\":" + error);

        Assert.Null(verdict.Modern);
        Assert.Null(verdict.Fault);
        Assert.False(verdict.MayBeSse);
        Assert.Equal(revision, verdict.LegacyRevision);
    }

    [Theory]
    [InlineData("""{"code":-32020,"message":"m"}""")]
    [InlineData("""{"code":-32021,"message":"m"}""")]
    [InlineData("""{"code":-32022,"message":"m"}""")]
    [InlineData("""{"code":-32022,"message":"m","data":7}""")]
    [InlineData("""{"code":-32022,"message":"m","data":{"supported":{}}}""")]
    [InlineData("""{"code":-32022,"message":"m","data":{"supported":[]}}""")]
    [InlineData("""{"code":-32022,"message":"m","data":{"supported":["\ud800",1,null,["2025-11-25"]]}}""")]
    [InlineData("""{"code":-32022,"message":"m","data":{"supported":["2027-01-01"]}}""")]
    public void Judge_ModernRefusal_IsFaultWithoutFallback(string error)
    {
        var verdict = Judge("\"error\":" + error);

        Assert.Null(verdict.LegacyRevision);
        Assert.Equal(FaultReasons.ProtocolError, verdict.Fault!.Reason);
    }

    [Fact]
    public void Judge_DeeplyNestedVersions_IsFault()
    {
        var deep = new string('[', 1000) + new string(']', 1000);

        Assert.NotNull(Judge($$$"""
            "error":{"code":-32022,"message":"m","data":{"supported":{{{deep}}}}}
            """).Fault);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(405)]
    public void Judge_StatusWithoutMessage_IsLegacyOrSse(int status)
    {
        var verdict = EraVerdict.Judge(HttpFaults.FromStatus((System.Net.HttpStatusCode)status));

        Assert.True(verdict.MayBeSse);
        Assert.Equal("2025-11-25", verdict.LegacyRevision);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(500)]
    [InlineData(503)]
    public void Judge_StatusThatSaysNothing_RecordsNoEra(int status) =>
        Assert.Equal(status, EraVerdict.Judge(HttpFaults.FromStatus((System.Net.HttpStatusCode)status)).Fault!.HttpStatus);

    [Theory]
    [InlineData(FaultReasons.Unreachable)]
    [InlineData(FaultReasons.Timeout)]
    [InlineData(FaultReasons.ProcessExited)]
    public void Judge_Down_RecordsNoEra(string reason) => Assert.Equal(reason, EraVerdict.Judge(UpstreamReply.Failed(reason, "m")).Fault!.Reason);

    [Fact]
    public void Judge_OtherResult_IsLegacy() => Assert.Equal("2025-11-25", Judge("\"result\":{\"tools\":[]}").LegacyRevision);

    /// <summary>A server may leave its capabilities out; it has none then.</summary>
    [Fact]
    public void HasCapability_NoCapabilities_IsFalse()
    {
        var handshake = UpstreamHandshake.FromInitialize(Message.Utf8("""{"protocolVersion":"2025-06-18"}"""));

        Assert.False(handshake!.HasCapability("tools"u8));
    }

    [Theory]
    [InlineData("""{"protocolVersion":"2025-06-18\r\nX-Evil: 1"}""")]
    [InlineData("""{"protocolVersion":""}""")]
    [InlineData("""{"protocolVersion":1}""")]
    [InlineData("{}")]
    public void FromInitialize_UnusableRevision_IsNone(string result) => Assert.Null(UpstreamHandshake.FromInitialize(Message.Utf8(result)));

    private static EraVerdict Judge(string members) => EraVerdict.Judge(Message.Upstream($$"""{"jsonrpc":"2.0","id":1,{{members}}}"""));
}
