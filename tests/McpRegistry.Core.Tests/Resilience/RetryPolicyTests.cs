using McpRegistry.Core.Tests.Gateway;
using McpRegistry.Discovery;
using McpRegistry.Gateway;
using McpRegistry.Resilience;
using McpRegistry.Snapshots;
using McpRegistry.TestSupport;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Resilience;

public sealed class RetryPolicyTests
{
    private static readonly UpstreamFault Lost = new(FaultReasons.Unreachable, "m", MayHaveRun: true);
    private static readonly UpstreamFault Refused = new(FaultReasons.Unreachable, "m");
    private static readonly UpstreamFault Limited = new(FaultReasons.HttpError, "m") { HttpStatus = 429, RetryAfter = TimeSpan.FromSeconds(3) };

    [Fact]
    public void Decide_NothingWasSent_MovesAtOnce() => Assert.Equal(TimeSpan.Zero, Decide("tools/call", Refused));

    [Theory]
    [InlineData("tools/call", false)]
    [InlineData("tools/list", true)]
    [InlineData("resources/read", true)]
    [InlineData("prompts/get", true)]
    [InlineData("completion/complete", true)]
    public void Decide_MayHaveRun_RepeatsWhatDoesNoHarm(string method, bool expected) => Assert.Equal(expected, Decide(method, Lost) is not null);

    [Theory]
    [InlineData(FaultReasons.CircuitOpen, 0)]
    [InlineData(FaultReasons.Unauthorized, 401)]
    [InlineData(FaultReasons.HttpError, 404)]
    [InlineData(FaultReasons.TooLarge, 0)]
    [InlineData(FaultReasons.ProtocolError, 0)]
    public void Decide_WhatWouldNotPass_IsNotRepeated(string reason, int status) =>
        Assert.Null(Decide("tools/list", new UpstreamFault(reason, "m") { HttpStatus = status }));

    [Theory]
    [InlineData("\"requestState\":\"s\"")]
    [InlineData("\"inputResponses\":{}")]
    [InlineData("\"cursor\":\"c\"")]
    public void Decide_PartOfSomethingBegun_StaysWhereItIs(string member) => Assert.Null(Decide("tools/list", Refused, parameters: $"{{{member}}}"));

    [Fact]
    public void Decide_LastAttempt_Fails() => Assert.Null(Decide("tools/list", Refused, attempt: 3));

    [Fact]
    public void Decide_BudgetIsSpent_Fails() => Assert.Null(Decide("tools/list", Refused, new Server { Retries = new RetryBudget(new RetryOptions { Budget = 0, MinPerSecond = 0 }, new ManualTimeProvider()) }));

    [Fact]
    public void Decide_RetryAfter_IsHonouredWhereThereIsNoOtherEndpoint()
    {
        Assert.Equal(TimeSpan.Zero, Decide("tools/call", Limited));
        Assert.Equal(TimeSpan.FromSeconds(3), Decide("tools/call", Limited, new Server { Others = false }));
        Assert.Null(Decide("tools/call", Limited with { RetryAfter = TimeSpan.FromSeconds(6) }, new Server { Others = false }));
    }

    /// <summary>A wait that only ends with the call would hold its place, and hide the reason from the client.</summary>
    [Fact]
    public void Decide_WaitBeyondTheTimeThatIsLeft_IsNone()
    {
        var budget = new RetryBudget(new RetryOptions { Budget = 0, MinPerSecond = 1 }, new ManualTimeProvider());
        var server = new Server { Others = false, Retries = budget };

        Assert.Null(Decide("tools/call", Limited, server, left: TimeSpan.FromSeconds(3)));
        Assert.Equal(TimeSpan.FromSeconds(3), Decide("tools/call", Limited, server, left: TimeSpan.FromSeconds(4)));
    }

    /// <summary>The endpoint that could not be told the call will not be told it the next time either.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Decide_RequestThatTheTransportCannotCarry_IsSentElsewhereOnly(bool others) =>
        Assert.Equal(others, Decide("tools/call", new UpstreamFault(FaultReasons.NotCarried, "m"), new Server { Others = others }) is not null);

    [Fact]
    public void Decide_SameEndpointAgain_WaitsARandomPartOfAGrowingTime()
    {
        var server = new Server { Others = false };
        var first = Enumerable.Range(0, 200).Select(_ => Decide("tools/call", Refused, server)!.Value.TotalMilliseconds).ToArray();
        var second = Enumerable.Range(0, 200).Select(_ => Decide("tools/call", Refused, server, attempt: 2)!.Value.TotalMilliseconds).ToArray();

        Assert.All(first, static wait => Assert.InRange(wait, 0, 100));
        Assert.All(second, static wait => Assert.InRange(wait, 0, 200));
        Assert.True(second.Max() > 100 && first.Distinct().Count() > 100);
    }

    [Theory]
    [InlineData("tools/list", true, 2, true)]
    [InlineData("tools/list", true, 3, false)]
    [InlineData("tools/list", false, 1, false)]
    [InlineData("tools/call", true, 1, false)]
    public void MayRace_HarmlessCallWithAnotherEndpoint_UntilTheLastAttempt(string method, bool others, int sent, bool expected) =>
        Assert.Equal(expected, Create().MayRace(new GatewayFixture().Call(method, "{}"), new Server { Others = others }, sent));

    [Fact]
    public void MayRace_BudgetIsSpent_IsNot()
    {
        var server = new Server { Retries = new RetryBudget(new RetryOptions { Budget = 0, MinPerSecond = 1 }, new ManualTimeProvider()) };

        Assert.True(Create().MayRace(new GatewayFixture().Call("tools/list", "{}"), server, sent: 1));
        Assert.False(Create().MayRace(new GatewayFixture().Call("tools/list", "{}"), server, sent: 1));
    }

    private static RetryPolicy Create() =>
        new(Options.Create(new RetryOptions()), new CallPolicies(Options.Create(new ResilienceOptions()), Options.Create(new GatewayOptions())));

    private static TimeSpan? Decide(string method, UpstreamFault fault, Server? server = null, int attempt = 1, string parameters = "{}", TimeSpan? left = null)
    {
        var call = new GatewayFixture().Call(method, parameters);
        return Create().Decide(call, server ?? new Server(), fault, attempt, left ?? TimeSpan.FromMinutes(1));
    }

    private sealed class Server : IServerConnections
    {
        public bool Others { get; init; } = true;

        public RetryBudget? Retries { get; init; } = new(new RetryOptions { MinPerSecond = 10_000 }, new ManualTimeProvider());

        public bool HasOther(ISessionOwner owner) => Others;

        public ValueTask<LeaseResult> AcquireAsync(ISessionOwner owner, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<ConnectionLease>> AcquireOpenAsync(ISessionOwner owner, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<DiscoveryReport?> RereadAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
