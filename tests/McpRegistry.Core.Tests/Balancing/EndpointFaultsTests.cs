using McpRegistry.Balancing;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Discovery;
using McpRegistry.Upstream;
using Xunit;

namespace McpRegistry.Core.Tests.Balancing;

public sealed class EndpointFaultsTests
{
    [Theory]
    [InlineData(FaultReasons.Unreachable, 0, true)]
    [InlineData(FaultReasons.ProcessExited, 0, true)]
    [InlineData(FaultReasons.SessionLost, 0, true)]
    [InlineData(FaultReasons.ProtocolError, 0, true)]
    [InlineData(FaultReasons.Timeout, 0, true)]
    [InlineData(FaultReasons.HttpError, 500, true)]
    [InlineData(FaultReasons.HttpError, 408, true)]
    [InlineData(FaultReasons.HttpError, 400, false)]
    [InlineData(FaultReasons.HttpError, 429, false)]
    [InlineData(FaultReasons.Unauthorized, 401, false)]
    [InlineData(FaultReasons.Unauthorized, 403, false)]
    [InlineData(FaultReasons.CredentialFailed, 0, false)]
    [InlineData(FaultReasons.Busy, 0, false)]
    [InlineData(FaultReasons.TooLarge, 0, false)]
    [InlineData(FaultReasons.NotCarried, 0, false)]
    [InlineData(FaultReasons.CircuitOpen, 0, false)]
    [InlineData(FaultReasons.AddressNotAllowed, 0, false)]
    public void Blames_WhatOneCallerBroughtAbout_IsNotTheEndpoints(string reason, int status, bool expected) =>
        Assert.Equal(expected, EndpointFaults.Blames(new UpstreamFault(reason, "m") { HttpStatus = status }));

    [Fact]
    public void Blames_AnotherEraThanThatOfTheConnection_IsNoFailure() => Assert.False(EndpointFaults.Blames(EraVerdict.Changed));

    [Theory]
    [InlineData(FaultReasons.HttpError, 429, true)]
    [InlineData(FaultReasons.HttpError, 404, true)]
    [InlineData(FaultReasons.HttpError, 307, true)]
    [InlineData(FaultReasons.Unauthorized, 401, true)]
    [InlineData(FaultReasons.Unauthorized, 403, true)]
    [InlineData(FaultReasons.HttpError, 408, false)]
    [InlineData(FaultReasons.HttpError, 500, false)]
    [InlineData(FaultReasons.HttpError, 503, false)]
    [InlineData(FaultReasons.CredentialFailed, 0, false)]
    [InlineData(FaultReasons.Busy, 0, false)]
    [InlineData(FaultReasons.Timeout, 0, false)]
    public void Refuses_StatusThatIsNeitherAnAnswerNorAFailure_IsARefusal(string reason, int status, bool expected) =>
        Assert.Equal(expected, EndpointFaults.Refuses(new UpstreamFault(reason, "m") { HttpStatus = status }));

    [Theory]
    [InlineData(429, null, 0)]
    [InlineData(429, 60, 60)]
    [InlineData(503, 60, 60)]
    [InlineData(503, null, null)]
    [InlineData(500, 60, null)]
    [InlineData(403, 60, null)]
    public void HoldBackOf_Status_TellsWhetherItWantsToBeLeftAlone(int status, int? retryAfter, int? expected)
    {
        var fault = new UpstreamFault(status == 403 ? FaultReasons.Unauthorized : FaultReasons.HttpError, "m")
        {
            HttpStatus = status,
            RetryAfter = retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };

        Assert.Equal(expected, (int?)EndpointFaults.HoldBackOf(fault)?.TotalSeconds);
    }

    [Theory]
    [InlineData(-32603, true)]
    [InlineData(-32602, false)]
    public void Blames_ErrorOfTheServer_IsAFailureWhereItIsInternal(int code, bool expected) =>
        Assert.Equal(expected, EndpointFaults.Blames(FakeConnection.Error(code)));
}
