using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Resilience;
using McpRegistry.Servers;
using McpRegistry.Supervision;
using McpRegistry.Upstream;
using Xunit;

namespace McpRegistry.Core.Tests.Supervision;

/// <content>What is told of its connections.</content>
public sealed partial class SupervisedEndpointTests
{
    [Fact]
    public async Task Describe_AttemptsAndConnections_CountsThem()
    {
        var endpoint = Start();
        var began = _clock.GetUtcNow();
        Assert.Null(Describe(endpoint).LastHealthCheck);
        Assert.Null(Describe(endpoint).AverageConnectMilliseconds);
        var attempt = await _connector.NextAsync();
        _clock.Clock.Advance(TimeSpan.FromMilliseconds(40));
        attempt.SetResult(Refused);
        await _clock.NextDelayAsync();
        Assert.Equal(
            (false, 0L, 1L, began.AddMilliseconds(40)),
            (Describe(endpoint).IsHealthy, Describe(endpoint).ConnectionsCreated, Describe(endpoint).ConnectionErrors, Describe(endpoint).LastHealthCheck!.Value));

        _clock.Clock.Advance(TimeSpan.FromSeconds(1));
        attempt = await _connector.NextAsync();
        var call = endpoint.GetForCallAsync(CancellationToken.None).AsTask();
        Assert.Equal(1, Describe(endpoint).PendingRequests);
        _clock.Clock.Advance(TimeSpan.FromMilliseconds(30));
        var connection = new FakeConnection(ProtocolEra.Modern);
        attempt.SetResult(connection);
        Assert.True((await call).Connected);
        var open = Describe(endpoint);
        Assert.Equal((true, 0, 1, 0), (open.IsHealthy, open.ActiveConnections, open.IdleConnections, open.PendingRequests));
        Assert.Equal((1L, 0L, 1L, 30.0), (open.ConnectionsCreated, open.ConnectionsClosed, open.ConnectionErrors, open.AverageConnectMilliseconds!.Value));

        endpoint.Load.Begin();
        Assert.Equal((1, 0), (Describe(endpoint).ActiveConnections, Describe(endpoint).IdleConnections));

        await endpoint.DisposeAsync();
        _endpoint = null;
        Assert.Equal((false, 1L, 0), (Describe(endpoint).IsHealthy, Describe(endpoint).ConnectionsClosed, Describe(endpoint).ActiveConnections));
    }

    /// <summary>Callers of a legacy server have sessions of their own, so the one that watches is never in use.</summary>
    [Fact]
    public async Task Describe_SessionsOfCallers_CountsThemBesideTheOneThatWatches()
    {
        var endpoint = Start();
        (await _connector.NextAsync()).SetResult(new FakeConnection());
        Assert.Equal("up", await _listener.NextAsync());
        var (first, second) = (RentAsync("p"), RentAsync("q"));
        var attempt = await _connector.NextAsync();
        await _connector.NextAsync();
        Assert.Equal((0, 1, 2), Sizes(endpoint));

        attempt.SetResult(new FakeConnection());
        var lease = (await (await Task.WhenAny(first, second))).Lease!;
        endpoint.Load.Begin();
        Assert.Equal((1, 1, 1), Sizes(endpoint));
        lease.Dispose();
        Assert.Equal((0, 2, 1), Sizes(endpoint));
        Assert.Equal((2L, 1_001), (Describe(endpoint).ConnectionsCreated, Describe(endpoint).MaxSize));

        Task<LeaseResult> RentAsync(string principal) =>
            endpoint.Sessions.RentAsync(new Owner(principal).Key, new Owner(principal), static _ => { }, CancellationToken.None).AsTask();
    }

    private static (int Active, int Idle, int Pending) Sizes(SupervisedEndpoint endpoint) =>
        (Describe(endpoint).ActiveConnections, Describe(endpoint).IdleConnections, Describe(endpoint).PendingRequests);

    private static ConnectionPoolSnapshot Describe(SupervisedEndpoint endpoint) => endpoint.Describe("a", DateTimeOffset.UnixEpoch);
}
