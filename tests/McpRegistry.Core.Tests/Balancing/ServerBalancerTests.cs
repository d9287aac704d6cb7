using McpRegistry.Balancing;
using McpRegistry.Servers;
using Microsoft.Extensions.Options;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Core.Tests.Balancing;

public sealed class ServerBalancerTests
{
    public static TheoryData<string> Policies => [.. BuiltInPolicies.Names];

    /// <summary>At a half of the time a new endpoint stands for choice in half of the calls, whatever the policy.</summary>
    [Theory]
    [MemberData(nameof(Policies))]
    public void SlowStart_NewEndpoint_GetsAGrowingShare(string policy)
    {
        var sample = new BalancingSample(new BalancingOptions { Policy = policy }, [1, 1, 1, 1]);
        sample.Loads[3].Connected();
        sample.Clock.Advance(TimeSpan.FromSeconds(1));
        var cold = sample.Count(20_000, static i => $"key:{i}");
        sample.Clock.Advance(TimeSpan.FromSeconds(14));
        var half = sample.Count(20_000, static i => $"key:{i}");
        sample.Clock.Advance(TimeSpan.FromSeconds(15));
        var warm = sample.Count(20_000, static i => $"key:{i}");

        Assert.InRange(cold[3], 400, 2_100);
        Assert.InRange(half[3], 2_100, 4_200);
        Assert.InRange(warm[3], 4_700, 5_300);
    }

    [Fact]
    public void SlowStart_Keys_MoveOnceAndStay()
    {
        var sample = new BalancingSample(new BalancingOptions { Policy = "consistent_hash" }, [1, 1, 1, 1]);
        sample.Loads[3].Connected();
        var reached = new bool[2_000];
        for (var second = 0; second <= 30; second += 5)
        {
            for (var i = 0; i < reached.Length; i++)
            {
                var isThere = sample.Pick($"key:{i}") == 3;
                Assert.True(isThere || !reached[i]);
                reached[i] = isThere;
            }

            sample.Clock.Advance(TimeSpan.FromSeconds(5));
        }
    }

    [Fact]
    public void SlowStart_AllAreNew_AreEqual()
    {
        var sample = new BalancingSample(new BalancingOptions { Policy = "weighted" }, [3, 1]);
        Array.ForEach(sample.Loads, static load => load.Connected());

        Assert.Equal([7_500, 2_500], sample.Count(10_000));
    }

    [Fact]
    public void Zone_EnoughIsUsableThere_CallsStay()
    {
        var sample = new BalancingSample(new BalancingOptions { Zone = "EU" }, [1, 1, 2], ["eu", "eu", "us"]);

        Assert.Equal([500, 500, 0], sample.Count(1_000));
        Assert.Equal([1_000, 0, 0], sample.Count(1_000, null, away: 1));
        Assert.Equal([0, 0, 1_000], sample.Count(1_000, null, 0, 1));
    }

    [Fact]
    public void Zone_TooLittleIsUsableThere_CallsGoAnywhere() =>
        Assert.Equal([250, 0, 0, 750], new BalancingSample(new BalancingOptions { Zone = "eu" }, [1, 1, 1, 3], ["eu", "eu", "eu", null]).Count(1_000, null, 1, 2));

    [Fact]
    public void Gate_KeepsEndpointsOut_UnlessItKeepsOutAll()
    {
        var gate = new Gate { Closed = { 0, 1 } };
        var sample = new BalancingSample(new BalancingOptions(), [1, 1, 1], gates: [gate]);

        Assert.Equal([0, 0, 300], sample.Count(300));
        gate.Closed.Add(2);
        Assert.Equal([100, 100, 100], sample.Count(300));
    }

    [Fact]
    public void Policy_NamedByTheOwner_ComesBeforeTheOption()
    {
        var sample = new BalancingSample(new BalancingOptions { Policy = "weighted" }, [9, 1]);

        Assert.Equal([0, 1, 0, 1], Enumerable.Range(0, 4).Select(_ => sample.Pick("p", "round_robin")));
    }

    [Fact]
    public void Policy_OfOneServer_ComesBeforeThatOfAllAndAfterThatOfTheCall()
    {
        var options = new BalancingOptions { Policy = "weighted", Servers = { ["a"] = new ServerBalancingOptions { Policy = "consistent_hash", Key = BalancingKey.Session }, ["b"] = new ServerBalancingOptions { Policy = "random" } } };
        var sample = new BalancingSample(options, [1, 1, 1, 1]);

        Assert.Equal("consistent_hash", sample.Balancer.PolicyOf(new BalancingSample.Owner("p")));
        Assert.Equal("score", sample.Balancer.PolicyOf(new BalancingSample.Owner("p") { BalancingPolicy = "score" }));
        Assert.Single(Enumerable.Range(0, 100).Select(call => sample.Balancer.Pick([.. sample.Loads], new BalancingSample.Owner($"p{call}", "s"))).Distinct());
        var namesake = new ServerBalancer(BalancingSample.Context(options, sample.Clock), sample.Server with { Tenant = new TenantId(Guid.CreateVersion7()) });
        Assert.Equal("weighted", namesake.PolicyOf(new BalancingSample.Owner("p")));
    }

    [Theory]
    [InlineData("a", "weighted", BalancingKey.Tenant, null)]
    [InlineData("a", "fastest", null, "Servers:a:Policy must be one of weighted")]
    [InlineData("acme/a", "weighted", null, "Servers:acme/a must name the id of a server")]
    [InlineData("a", null, (BalancingKey)9, "Servers:a:Key must be one of Principal")]
    public void Validate_OneServer_NamesWhatIsWrong(string server, string? policy, BalancingKey? key, string? expected)
    {
        var options = new BalancingOptions { Servers = { [server] = new ServerBalancingOptions { Policy = policy, Key = key } } };

        var result = new BalancingOptionsValidator([]).Validate(null, options);

        Assert.Equal(expected is null, result.Succeeded);
        Assert.Contains(expected ?? "", result.FailureMessage ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Policy_OfTheHost_IsFoundByItsName()
    {
        var options = new BalancingOptions { Policy = "last" };
        var sample = new BalancingSample(new BalancingOptions(), [1, 1, 1]);
        var balancer = new ServerBalancer(BalancingSample.Context(options, sample.Clock, null, new Last()), sample.Server);

        Assert.Same(sample.Loads[2], balancer.Pick([.. sample.Loads], new BalancingSample.Owner("p")));
        Assert.True(new BalancingOptionsValidator([new Last()]).Validate(null, options).Succeeded);
        Assert.Contains("power_of_two_choices", new BalancingOptionsValidator([]).Validate(null, options).FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_SaysWhyEachIsLeftOut_AndTakesNobodysTurn()
    {
        var gate = new Gate { Closed = { 1 } };
        var sample = new BalancingSample(new BalancingOptions { Zone = "eu", MinZoneWeight = 0.3 }, [1, 1, 1, 1], ["eu", "eu", "us", "eu"], gates: [gate]);
        var states = new EndpointState[4];

        for (var i = 0; i < 3; i++)
        {
            Assert.Null(sample.Balancer.Explain([.. sample.Loads], new BalancingSample.Owner("p"), states));
        }

        Assert.Equal([EndpointState.Candidate, EndpointState.Unhealthy, EndpointState.OtherZone, EndpointState.Candidate], states);
        Assert.Equal([0, 3], [sample.Pick(), sample.Pick()]);

        gate.Closed.Add(0);
        Assert.Equal(3, sample.Balancer.Explain([.. sample.Loads], new BalancingSample.Owner("p"), states)!.Ordinal);
    }

    [Fact]
    public void Explain_EndpointWantsToBeLeftAlone_SaysSo()
    {
        var gate = new Gate { Closed = { 1 } };
        var sample = new BalancingSample(new BalancingOptions { Zone = "eu", MinZoneWeight = 0.3 }, [1, 1, 1, 1], ["eu", "eu", "us", "eu"], gates: [gate]);
        sample.Loads[0].NoteHoldBack(TimeSpan.FromSeconds(5));
        var states = new EndpointState[4];

        Assert.Equal(3, sample.Balancer.Explain([.. sample.Loads], new BalancingSample.Owner("p"), states)!.Ordinal);
        Assert.Equal([EndpointState.Refusing, EndpointState.Unhealthy, EndpointState.OtherZone, EndpointState.Candidate], states);

        // Rather the other zone than one that wants to be left alone, and rather that one than one that is kept out.
        sample.Loads[3].NoteHoldBack(TimeSpan.FromSeconds(5));
        Assert.Equal(2, sample.Pick());
        sample.Loads[2].NoteHoldBack(TimeSpan.FromSeconds(5));
        Assert.Equal([500, 0, 0, 500], sample.Count(1_000));
    }

    [Fact]
    public void Explain_AllAreKeptOut_AllAreCandidates()
    {
        var sample = new BalancingSample(new BalancingOptions(), [1, 1], gates: [new Gate { Closed = { 0, 1 } }]);
        var states = new EndpointState[2];

        sample.Balancer.Explain([.. sample.Loads], new BalancingSample.Owner("p"), states);

        Assert.Equal([EndpointState.Candidate, EndpointState.Candidate], states);
    }

    [Fact]
    public void Explain_KeysDecide_SaysWhatIsChosen()
    {
        var sample = new BalancingSample(new BalancingOptions { Policy = "consistent_hash" }, [1, 1, 1]);

        Assert.All(
            Enumerable.Range(0, 50).Select(static i => $"key:{i}"),
            key => Assert.Equal(sample.Pick(key), sample.Balancer.Explain([.. sample.Loads], new BalancingSample.Owner(key), new EndpointState[3])!.Ordinal));
    }

    private sealed class Gate : IEndpointGate
    {
        public HashSet<int> Closed { get; } = [];

        public EndpointState KeptOutAs => EndpointState.Unhealthy;

        public bool Admits(IEndpointLoad endpoint) => !Closed.Contains(endpoint.Ordinal);
    }

    private sealed class Last : ILoadBalancingPolicy, ILoadBalancer
    {
        public string Name => "last";

        public ILoadBalancer Create(RegisteredServer server, ulong seed) => this;

        public int Pick(ReadOnlySpan<IEndpointLoad> candidates, LoadBalancingCall call) => candidates.Length - 1;
    }
}
