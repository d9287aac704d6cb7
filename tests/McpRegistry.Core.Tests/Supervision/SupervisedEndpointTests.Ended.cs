using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using Xunit;

namespace McpRegistry.Core.Tests.Supervision;

/// <content>A connection that is known to have ended while its successor is not there yet.</content>
public sealed partial class SupervisedEndpointTests
{
    [Fact]
    public async Task GetAsync_ConnectionHasEnded_WaitsForTheNext()
    {
        var endpoint = Start();
        var (first, second) = (new FakeConnection(ProtocolEra.Modern), new FakeConnection(ProtocolEra.Modern));
        (await _connector.NextAsync()).SetResult(first);
        await first.Watched;
        _clock.Clock.Advance(TimeSpan.FromHours(1));
        first.IsGone = true;
        first.EndWatch(Refused);
        var again = await _connector.NextAsync();
        var waiting = endpoint.GetAsync(CancellationToken.None).AsTask();
        again.SetResult(second);

        Assert.Same(second, (await waiting).Connection);
    }

    [Theory]
    [InlineData(ProtocolEra.Modern, SessionIsolation.PerPrincipal)]
    [InlineData(ProtocolEra.Legacy, SessionIsolation.Shared)]
    public async Task GetAsync_ConnectionHasEndedTwiceInShort_EndsThePause(ProtocolEra era, SessionIsolation isolation)
    {
        var endpoint = Start(Server with { Isolation = isolation });
        var ended = await EndTwiceAsync(era);

        // As after a failed attempt, for the second that follows.
        Assert.Same(ended, (await endpoint.GetAsync(CancellationToken.None)).Connection);
        Assert.Equal(2, _connector.Attempts);
        _clock.Clock.Advance(TimeSpan.FromSeconds(1));
        var waiting = endpoint.GetAsync(CancellationToken.None).AsTask();
        var connection = new FakeConnection(era);
        (await _connector.NextAsync()).SetResult(connection);

        Assert.Same(connection, (await waiting).Connection);
    }

    /// <summary>Their own sessions may well be alive.</summary>
    [Fact]
    public async Task GetAsync_ConnectionHasEndedWhereCallersHaveTheirOwn_IsStillGiven()
    {
        var endpoint = Start(Server with { Isolation = SessionIsolation.PerPrincipal });
        var ended = await EndTwiceAsync(ProtocolEra.Legacy);
        _clock.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Same(ended, (await endpoint.GetAsync(CancellationToken.None)).Connection);
        Assert.Equal(2, _connector.Attempts);
    }

    /// <summary>A call that is not sent here goes there, also where this one hangs.</summary>
    [Fact]
    public async Task GetAsync_ConnectionHasEndedWhereThereAreOthers_EndsThePauseAndWaitsForNothing()
    {
        var endpoint = Start(Server with { Endpoints = [Server.Endpoints[0], Server.Endpoints[0] with { Id = Guid.CreateVersion7() }] });
        var ended = await EndTwiceAsync(ProtocolEra.Modern);
        _clock.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Same(ended, (await endpoint.GetAsync(CancellationToken.None)).Connection);
        await _connector.NextAsync();
    }

    /// <summary>Ends two connections one after the other, until the pause has begun that follows.</summary>
    private async Task<FakeConnection> EndTwiceAsync(ProtocolEra era)
    {
        var connection = new FakeConnection(era);
        for (var ends = 1; ends <= 2; ends++)
        {
            connection = new FakeConnection(era);
            (await _connector.NextAsync()).SetResult(connection);
            await connection.Watched;
            connection.IsGone = true;
            connection.EndWatch(Refused);
        }

        Assert.Equal(TimeSpan.FromSeconds(2), await _clock.NextDelayAsync());
        return connection;
    }
}
