using System.Collections.Immutable;
using McpRegistry.Balancing;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Resilience;
using McpRegistry.Servers;
using McpRegistry.Supervision;
using McpRegistry.Upstream;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace McpRegistry.Benchmarks.Balancing;

/// <summary>Connected, healthy and warm endpoints of one modern server, with weights of 1 to 3, and what chooses among them.</summary>
internal static class ReadyEndpoints
{
    public static EndpointChoice Connect(int count, string policy = "weighted")
    {
        var server = ServerOf(count);
        var options = Options.Create(new BalancingOptions { Policy = policy, SlowStart = TimeSpan.Zero });
        var balancing = new BalancingContext(options, new LoadBalancingPolicies(options, []), [new HealthGate(), new BreakerGate()], TimeProvider.System);
        var breakers = new CircuitBreakers(Options.Create(new CircuitBreakerOptions()), TimeProvider.System, NullLogger<CircuitBreakers>.Instance);
        var context = new EndpointContext(
            new ReadyConnector(), Options.Create(new UpstreamOptions()), TimeProvider.System, new ConnectGates(count, TimeProvider.System), static () => 0, balancing, breakers)
        {
            Gates = new CallGates(new ServerBounds(), TimeProvider.System),
        };
        var changes = new EndpointChanges();
        SupervisedEndpoint[] endpoints = [.. Enumerable.Range(0, count).Select(ordinal => new SupervisedEndpoint(context, server, ordinal, new NoListener(), changes))];
        foreach (var endpoint in endpoints)
        {
            endpoint.Start();
            endpoint.GetAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
            endpoint.Load.Note(failed: false, TimeSpan.FromMilliseconds(5));
        }

        return new EndpointChoice(server, endpoints, new ServerBalancer(balancing, server), changes, TimeProvider.System);
    }

    private static RegisteredServer ServerOf(int count) => new()
    {
        Id = new Guid(1, 2, 0, new byte[8]),
        Name = "s",
        Alias = "s",
        Endpoints = [.. Enumerable.Range(0, count).Select(static i => new ServerEndpoint { Id = new Guid(i, 1, 0, new byte[8]), Url = "http://127.0.0.1:1/mcp", Weight = 1 + (i % 3) })],
        CreatedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
    };

    private sealed class ReadyConnector : IUpstreamConnector
    {
        public ValueTask<ConnectResult> ConnectAsync(RegisteredServer server, ServerEndpoint endpoint, ClientProfile profile, CancellationToken cancellationToken) =>
            new(new ReadyConnection());

        public void Forget(Guid endpointId)
        {
        }
    }

    private sealed class ReadyConnection() : UpstreamConnection(new UpstreamHandshake { Era = ProtocolEra.Modern, Revision = ProtocolRevision.Modern })
    {
        public override ValueTask<UpstreamReply> SendAsync(UpstreamRequest request, IUpstreamObserver? observer, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public override ValueTask NotifyAsync(ReadOnlyMemory<byte> notification, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public override async Task<UpstreamFault?> WatchAsync(IUpstreamListener listener, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return null;
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class NoListener : IEndpointListener
    {
        public void Connected(SupervisedEndpoint endpoint)
        {
        }

        public void Disconnected(SupervisedEndpoint endpoint, UpstreamFault fault)
        {
        }

        public void CloseFailed(Exception exception)
        {
        }

        public void Changed(McpMethod notification)
        {
        }
    }
}
