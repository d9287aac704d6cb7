using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Discovery;
using McpRegistry.Resilience;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Resilience;

public sealed class CircuitFaultsTests
{
    [Theory]
    [InlineData(FaultReasons.Unreachable, 0, 2)]
    [InlineData(FaultReasons.ProcessExited, 0, 2)]
    [InlineData(FaultReasons.SessionLost, 0, 2)]
    [InlineData(FaultReasons.ProtocolError, 0, 2)]
    [InlineData(FaultReasons.Timeout, 0, 3)]
    [InlineData(FaultReasons.HttpError, 500, 2)]
    [InlineData(FaultReasons.HttpError, 503, 2)]
    [InlineData(FaultReasons.HttpError, 408, 2)]
    [InlineData(FaultReasons.HttpError, 400, 1)]
    [InlineData(FaultReasons.HttpError, 404, 1)]
    [InlineData(FaultReasons.HttpError, 429, 1)]
    [InlineData(FaultReasons.Unauthorized, 401, 1)]
    [InlineData(FaultReasons.CredentialFailed, 0, 0)]
    [InlineData(FaultReasons.Busy, 0, 0)]
    [InlineData(FaultReasons.TooLarge, 0, 0)]
    [InlineData(FaultReasons.NotCarried, 0, 0)]
    [InlineData(FaultReasons.CircuitOpen, 0, 0)]
    [InlineData(FaultReasons.AddressNotAllowed, 0, 0)]
    public void Judge_Fault_CountsWhatTheEndpointIsToBlameFor(string reason, int status, int verdict) =>
        Assert.Equal((CircuitVerdict)verdict, CircuitFaults.Judge(new UpstreamFault(reason, "m") { HttpStatus = status }));

    /// <summary>What the gateway closed itself must not shut an endpoint for those who come next.</summary>
    [Fact]
    public void Judge_GatewayClosedTheConnection_CountsNothing()
    {
        Assert.Equal(CircuitVerdict.None, CircuitFaults.Judge(SessionPool.Closed));
        Assert.Equal(CircuitVerdict.None, CircuitFaults.Judge(new UpstreamFault(FaultReasons.ProcessExited, "m", MayHaveRun: true) { IsOwnDoing = true }));
    }

    [Fact]
    public void Judge_ChosenErrorCodes_AreFailuresAndOthersAnswers()
    {
        var options = new CircuitBreakerOptions { ErrorCodes = { ["-32050"] = true } };
        var changed = new CircuitBreakerOptions { ErrorCodes = { ["-32603"] = false } };

        Assert.Equal(CircuitVerdict.Failure, Judge(options, Error(-32603)));
        Assert.Equal(CircuitVerdict.Failure, Judge(options, Error(-32050)));
        Assert.Equal(CircuitVerdict.Success, Judge(options, Error(-32602)));
        Assert.Equal(CircuitVerdict.Success, Judge(changed, Error(-32603)));
    }

    [Fact]
    public void Judge_ToolError_IsAnAnswer() =>
        Assert.Equal(CircuitVerdict.Success, Judge(new CircuitBreakerOptions(), FakeConnection.Result("""{"content":[],"isError":true}""")));

    private static CircuitVerdict Judge(CircuitBreakerOptions options, UpstreamReply reply) => new CircuitFaults(Options.Create(options)).Judge(reply);

    private static UpstreamReply Error(int code) => FakeConnection.Error(code);
}
