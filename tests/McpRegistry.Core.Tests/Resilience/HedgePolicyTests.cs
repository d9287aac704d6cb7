using McpRegistry.Core.Tests.Gateway;
using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Discovery;
using McpRegistry.Gateway;
using McpRegistry.Resilience;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.TestSupport;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Resilience;

public sealed class HedgePolicyTests
{
    private static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(80);

    [Fact]
    public void DelayOf_NobodySaysOne_IsNeverAndAllocatesNothing()
    {
        var (policy, call, server) = (Create(new HedgingOptions(), new ResilienceOptions()), Call("tools/call"), SnapshotSample.Entry("a"));

        Assert.Null(policy.DelayOf(call, server));
        Assert.Equal(0, Allocations.Of(() => _ = policy.DelayOf(call, server)));
    }

    [Fact]
    public void DelayOf_ToolServerAndGateway_TheNearestHolds()
    {
        var options = new ResilienceOptions
        {
            Servers =
            {
                ["a"] = new ServerResilienceOptions { HedgeDelay = TimeSpan.FromMilliseconds(20), Tools = { ["fast"] = new ToolResilienceOptions { HedgeDelay = TimeSpan.FromMilliseconds(5), MayRepeat = true } } },
                ["b"] = new ServerResilienceOptions { HedgeDelay = TimeSpan.Zero },
            },
        };
        var policy = Create(new HedgingOptions { Delay = Usual }, options);

        var fast = Call("tools/call", tool: "fast");
        fast.Target = SnapshotSample.Entry("a");
        Assert.Equal(TimeSpan.FromMilliseconds(5), policy.DelayOf(fast, fast.Target));
        Assert.Equal(TimeSpan.FromMilliseconds(20), policy.DelayOf(Call("prompts/get"), SnapshotSample.Entry("a")));
        Assert.Null(policy.DelayOf(Call("prompts/get"), SnapshotSample.Entry("b")));
        Assert.Equal(Usual, policy.DelayOf(Call("prompts/get"), SnapshotSample.Entry("c")));
        Assert.Equal(TimeSpan.FromMilliseconds(20), Create(new HedgingOptions(), options).DelayOf(Call("prompts/get"), SnapshotSample.Entry("a")));
    }

    /// <summary>Else the pipeline would ask again after each delay whether it may by now.</summary>
    [Fact]
    public void DelayOf_ToolThatMayNotRunTwice_IsNever()
    {
        var call = Call("tools/call");
        call.Target = SnapshotSample.Entry("a", SnapshotSample.Tools(1));

        Assert.Null(Create(new HedgingOptions { Delay = Usual }).DelayOf(call, call.Target));
    }

    [Theory]
    [InlineData("\"requestState\":\"s\"")]
    [InlineData("\"inputResponses\":{}")]
    [InlineData("\"cursor\":\"c\"")]
    public void DelayOf_PartOfSomethingBegun_IsNever(string member) =>
        Assert.Null(Create(new HedgingOptions { Delay = Usual }).DelayOf(Call("tools/list", $"{{{member}}}"), SnapshotSample.Entry("a")));

    [Fact]
    public void DelayOf_CallThatGoesOnAtAnEndpoint_IsNever()
    {
        var call = Call("prompts/get");
        call.Endpoint = Guid.CreateVersion7();

        Assert.Null(Create(new HedgingOptions { Delay = Usual }).DelayOf(call, SnapshotSample.Entry("a")));
    }

    [Theory]
    [InlineData(SessionIsolation.Shared, "{}", true)]
    [InlineData(SessionIsolation.Shared, """{"elicitation":{}}""", false)]
    [InlineData(SessionIsolation.PerPrincipal, "{}", false)]
    [InlineData(SessionIsolation.PerSession, "{}", false)]
    public void DelayOf_LegacyServer_OnlyWhereNoSessionAndNoQuestionIsAtAnEndpoint(SessionIsolation isolation, string capabilities, bool expected)
    {
        var entry = SnapshotSample.Entry("a", era: ProtocolEra.Legacy);
        var call = Call("prompts/get", $$$"""{"_meta":{"io.modelcontextprotocol/clientCapabilities":{{{capabilities}}}}}""");

        Assert.Equal(expected, Create(new HedgingOptions { Delay = Usual }).DelayOf(call, entry with { Server = entry.Server with { Isolation = isolation } }) is not null);
    }

    /// <summary>Nothing is taken of what the server may have besides: the one retry of the second is still there.</summary>
    [Theory]
    [InlineData("maintenance")]
    [InlineData("disabled")]
    [InlineData("deleted")]
    public void MayHedge_ServerWasTakenOutSince_IsNotAndTakesNoRetry(string how)
    {
        var (snapshots, clock) = (new RegistrySnapshots(), new ManualTimeProvider());
        var server = SnapshotSample.Entry("a", connections: new TwoEndpoints(new RetryBudget(new RetryOptions { Budget = 0, MinPerSecond = 1 }, clock)));
        snapshots.Set(server);
        var policy = Create(new HedgingOptions { Delay = Usual }, snapshots: snapshots);
        var call = Call("prompts/get");
        if (how == "deleted")
        {
            snapshots.Remove(server.Server.Id);
        }
        else
        {
            snapshots.Set(server with { Server = how == "disabled" ? server.Server with { Enabled = false } : server.Server with { InMaintenance = true } });
        }

        Assert.False(policy.MayHedge(call, server, 1));
        snapshots.Set(server);
        Assert.True(policy.MayHedge(call, server, 1));
        Assert.False(policy.MayHedge(call, server, 1));
    }

    [Fact]
    public void Validate_DelayOutOfRange_NamesIt()
    {
        var options = new ResilienceOptions { Servers = { ["a"] = new ServerResilienceOptions { Tools = { ["t"] = new ToolResilienceOptions { HedgeDelay = TimeSpan.FromMinutes(2) } } } } };

        Assert.Contains("Servers:a:Tools:t:HedgeDelay", new ResilienceOptionsValidator().Validate(null, options).FailureMessage, StringComparison.Ordinal);
    }

    private static HedgePolicy Create(HedgingOptions options, ResilienceOptions? servers = null, RegistrySnapshots? snapshots = null)
    {
        var known = Options.Create(servers ?? new ResilienceOptions());
        return new HedgePolicy(Options.Create(options), known, new RetryPolicy(Options.Create(new RetryOptions()), new CallPolicies(known, Options.Create(new GatewayOptions()))), snapshots ?? new RegistrySnapshots(), TimeProvider.System);
    }

    private static GatewayCall Call(string method, string parameters = "{}", string tool = "work")
    {
        var call = new GatewayFixture().Call(method, parameters);
        call.TargetName = tool;
        return call;
    }

    private sealed class TwoEndpoints(RetryBudget retries) : IServerConnections
    {
        public RetryBudget? Retries => retries;

        public bool HasOther(ISessionOwner owner) => true;

        public ValueTask<LeaseResult> AcquireAsync(ISessionOwner owner, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<ConnectionLease>> AcquireOpenAsync(ISessionOwner owner, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<DiscoveryReport?> RereadAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
