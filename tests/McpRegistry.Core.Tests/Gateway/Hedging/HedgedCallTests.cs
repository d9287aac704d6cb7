using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Discovery;
using McpRegistry.Gateway;
using McpRegistry.Gateway.Hedging;
using McpRegistry.Resilience;
using McpRegistry.Snapshots;
using McpRegistry.TestSupport;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;
using Polly;
using Xunit;

namespace McpRegistry.Core.Tests.Gateway.Hedging;

public sealed class HedgedCallTests
{
    /// <summary>While an endpoint is silent, the pipeline asks after each delay whether there is another one.</summary>
    [Fact]
    public async Task Next_AskedAgainAndAgain_AvoidsEachEndpointOnce()
    {
        var options = Options.Create(new ResilienceOptions());
        var (snapshots, server) = (new RegistrySnapshots(), SnapshotSample.Entry("a", connections: new Alone()));
        snapshots.Set(server);
        var retries = new RetryPolicy(Options.Create(new RetryOptions()), new CallPolicies(options, Options.Create(new GatewayOptions())));
        var policy = new HedgePolicy(Options.Create(new HedgingOptions { Delay = TimeSpan.FromMinutes(1) }), options, retries, snapshots, new ManualTimeProvider());
        var (call, endpoint) = (new GatewayFixture().Call("prompts/get", "{}"), Guid.CreateVersion7());
        var silent = new TaskCompletionSource<RelayOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var hedged = new HedgedCall(policy, call, server, TimeSpan.FromMinutes(1), 0, attempt =>
        {
            Assert.True(attempt.TryTake(endpoint));
            return new ValueTask<RelayOutcome>(silent.Task);
        });
        using var deadline = new CallDeadline(new GatewayOptions(), TimeProvider.System, TestContext.Current.CancellationToken);
        using var observer = new RelayObserver(call, deadline);
        var running = hedged.RunAsync(observer, deadline).AsTask();
        var context = ResilienceContextPool.Shared.Get(TestContext.Current.CancellationToken);

        for (var i = 0; i < 10; i++)
        {
            Assert.Null(hedged.Next(context));
        }

        Assert.Equal([endpoint], call.Failed);
        ResilienceContextPool.Shared.Return(context);
        silent.SetResult(new UpstreamFault(FaultReasons.Unreachable, "gone"));
        Assert.NotNull((await running).Fault);
    }

    /// <summary>A server with one endpoint.</summary>
    private sealed class Alone : IServerConnections
    {
        public ValueTask<LeaseResult> AcquireAsync(ISessionOwner owner, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<ConnectionLease>> AcquireOpenAsync(ISessionOwner owner, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<DiscoveryReport?> RereadAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
