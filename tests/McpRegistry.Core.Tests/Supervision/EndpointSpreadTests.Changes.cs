using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.Supervision;

/// <content>What becomes of calls when the definition of their server changes.</content>
public sealed partial class EndpointSpreadTests
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    [Fact]
    public async Task SavedAsync_OtherWeights_SpreadCallsAndCloseNothing()
    {
        var connections = await StartAsync(ProtocolEra.Modern);
        var attempts = _connector.Attempts;
        var weights = new[] { 0, 1, 0, 1 };
        await ChangeAsync(_server with { Version = 2, Endpoints = [.. _server.Endpoints.Select((endpoint, i) => endpoint with { Weight = weights[i] })] });

        Assert.Equal("2 4 2 4", await AcquireAsync(4, static i => new($"p{i}")));
        Assert.Equal(attempts, _connector.Attempts);
        Assert.All(connections, static connection => Assert.Equal(0, connection.Disposals));
        Assert.Equal(["0 1", "1 1", "0 1", "1 1"], Connections.Endpoints.Select(static known => $"{known.Load.Definition.Weight} {known.Load.Endpoint.Weight}"));
    }

    [Fact]
    public async Task SavedAsync_OtherAliasWhileACallRuns_IsClosedBehindIt()
    {
        var connections = await StartAsync(ProtocolEra.Modern);
        var idle = await AcquireAsync(1);
        idle.Dispose();
        var busy = await AcquireAsync(2);
        await ChangeAsync(_server with { Version = 2, Alias = "b" });

        // It has looked twice, and waits to look again.
        await NextLookAsync();
        _clock.Clock.Advance(Look);
        await NextLookAsync();
        Assert.Equal(0, connections[1].Disposals);

        busy.Dispose();
        _clock.Clock.Advance(Look);
        await AllAreClosedAsync(connections);
    }

    [Fact]
    public async Task SavedAsync_SwitchedOffWhileACallRuns_IsClosedAtOnce()
    {
        var connections = await StartAsync(ProtocolEra.Modern);
        using var busy = await AcquireAsync(2);
        await ChangeAsync(_server with { Version = 2, Enabled = false });

        await AllAreClosedAsync(connections);
    }

    [Fact]
    public async Task DisposeAsync_WhileAServerIsDrained_WaitsForNoCall()
    {
        var connections = await StartAsync(ProtocolEra.Modern);
        using var busy = await AcquireAsync(2);
        await ChangeAsync(_server with { Version = 2, Alias = "b" });

        await _supervisor.DisposeAsync().AsTask().WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
        Assert.All(connections, static connection => Assert.Equal(1, connection.Disposals));
    }

    private static Task AllAreClosedAsync(FakeConnection[] connections) => Patience.UntilAsync(
        () => Array.TrueForAll(connections, static connection => connection.Disposals == 1), "all are closed", TestContext.Current.CancellationToken);

    private async Task NextLookAsync()
    {
        while (await _clock.NextDelayAsync() != Look)
        {
            // Somebody else waits.
        }
    }

    private async Task ChangeAsync(RegisteredServer server)
    {
        _store.Row = server;
        await _supervisor.SavedAsync(server, CancellationToken.None);
    }
}
