using System.Net;
using McpRegistry.Upstream.Http;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream.Http;

public sealed class HttpFaultsTests
{
    /// <summary>Whoever gives 408 may have waited for what it ran: sent again, a tool would run twice.</summary>
    [Theory]
    [InlineData(401, false)]
    [InlineData(404, false)]
    [InlineData(408, true)]
    [InlineData(425, false)]
    [InlineData(429, false)]
    [InlineData(500, true)]
    [InlineData(504, true)]
    public void FromStatus_SaysWhetherTheCallMayHaveRun(int status, bool mayHaveRun) =>
        Assert.Equal(mayHaveRun, HttpFaults.FromStatus((HttpStatusCode)status).MayHaveRun);
}
