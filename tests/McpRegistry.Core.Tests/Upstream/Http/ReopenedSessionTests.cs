using System.Collections.Concurrent;
using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Core.Tests.Supervision;
using McpRegistry.Protocol;
using McpRegistry.TestSupport;
using McpRegistry.TestSupport.Upstreams;
using McpRegistry.Upstream;
using McpRegistry.Upstream.Http;
using Xunit;
using UpstreamOptions = McpRegistry.TestSupport.Upstreams.UpstreamOptions;

namespace McpRegistry.Core.Tests.Upstream.Http;

/// <summary>Whether the server is heard in a session that came in the place of a forgotten one. The clock stands still, so that nothing waits for a pause.</summary>
public sealed class ReopenedSessionTests : IAsyncDisposable
{
    private static readonly OwnRequest Call = new() { Method = McpMethod.ToolsCall, RoutingName = "t", Members = Message.Utf8("\"name\":\"t\"") };

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler());
    private readonly SignallingTimeProvider _clock = new();
    private readonly SemaphoreSlim _changes = new(0);
    private readonly SemaphoreSlim _gaps = new(0);
    private readonly SemaphoreSlim _openings = new(0);
    private readonly MethodListener _listener;
    private ScriptedUpstream _upstream = null!;

    public ReopenedSessionTests() => _listener = new MethodListener(method => (method == McpMethod.Unknown ? _gaps : _changes).Release(), () => _openings.Release());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string LastSession => _upstream.Requests.Of("tools/call")[^1].SessionId!;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _upstream.DisposeAsync();
        _changes.Dispose();
        _gaps.Dispose();
        _openings.Dispose();
    }

    /// <summary>The old stream says nothing any more, and nothing ends it.</summary>
    [Fact]
    public async Task SendAsync_SessionIsForgottenAndItsStreamStaysOpen_IsHeardInTheNewOne()
    {
        await using var connection = await OpenAsync(ClientProfile.Plain);
        _ = connection.WatchAsync(_listener, Cancellation);
        await _openings.WaitAsync(Cancellation);

        await LoseAndCallAsync(connection);

        await _gaps.WaitAsync(Cancellation);
        Assert.Equal(1, await _upstream.PushAsync("notifications/tools/list_changed", "{}", request => request.SessionId == LastSession));
        await _changes.WaitAsync(Cancellation);
        await _upstream.WaitUntilAsync(upstream => upstream.OpenStreams == 1, "the old stream is left", Cancellation);
    }

    /// <summary>The call may have the server ask at once.</summary>
    [Fact]
    public async Task SendAsync_ClientCanBeAsked_IsReplayedWhenTheServerIsHeard()
    {
        await using var connection = await OpenAsync(ClientProfile.Everything);
        _ = connection.WatchAsync(_listener, Cancellation);
        await _openings.WaitAsync(Cancellation);
        var held = HoldStreams();
        var isHeard = new ConcurrentQueue<bool>();
        _upstream.On("tools/call", exchange =>
        {
            isHeard.Enqueue(_upstream.HasStream(exchange.Request.SessionId));
            return exchange.ResultAsync("{}");
        });
        _upstream.ForgetSessions();
        var call = connection.SendAsync(Call, null, Cancellation).AsTask();
        await held.WhenWaitingAsync(1, Cancellation);
        var other = connection.SendAsync(Call, null, Cancellation).AsTask();

        Assert.False(call.IsCompleted);
        held.Open();
        Assert.True((await call).Answered);
        Assert.True((await other).Answered);
        Assert.Equal([true, true], isHeard);
    }

    /// <summary>Some servers send the head of the stream with its first event only.</summary>
    [Fact]
    public async Task SendAsync_ServerIsNotHeard_IsReplayedAfterASecond()
    {
        await using var connection = await OpenAsync(ClientProfile.Everything);
        _ = connection.WatchAsync(_listener, Cancellation);
        await _openings.WaitAsync(Cancellation);
        var held = HoldStreams();
        _upstream.ForgetSessions();
        var call = connection.SendAsync(Call, null, Cancellation).AsTask();
        await held.WhenWaitingAsync(1, Cancellation);
        Assert.Equal(PooledSession.LongestDeafness, await NextPauseAsync());
        Assert.False(call.IsCompleted);

        _clock.Clock.Advance(PooledSession.LongestDeafness);

        Assert.True((await call).Answered);
        Assert.True((await connection.SendAsync(Call, null, Cancellation)).Answered);
    }

    [Fact]
    public async Task SendAsync_ServerHasNoStream_IsReplayedAtOnce()
    {
        await using var connection = await OpenAsync(ClientProfile.Everything, UpstreamOptions.Legacy with { OffersGetStream = false });
        Assert.Null(await connection.WatchAsync(_listener, Cancellation));

        await LoseAndCallAsync(connection);
    }

    [Fact]
    public async Task WatchAsync_SessionIsForgotten_IsHeardInTheNewOneAtOnce()
    {
        await using var connection = await OpenAsync(ClientProfile.Plain);
        _upstream.ForgetSessions();

        _ = connection.WatchAsync(_listener, Cancellation);

        await _openings.WaitAsync(Cancellation);
        Assert.Equal(1, _upstream.OpenSessions);
    }

    [Fact]
    public async Task WatchAsync_SessionIsOpenedAnewDuringAPause_IsHeardAtOnce()
    {
        await using var connection = await OpenAsync(ClientProfile.Everything);
        _ = connection.WatchAsync(_listener, Cancellation);
        await _openings.WaitAsync(Cancellation);
        _upstream.EndStreams();
        await NextPauseAsync();

        await LoseAndCallAsync(connection);

        await _openings.WaitAsync(Cancellation);
        Assert.True(_upstream.HasStream(LastSession));
    }

    /// <summary>What is read after each gap may itself meet a server that does not know the session, as where a balancer spreads one over servers.</summary>
    [Fact]
    public async Task WatchAsync_SessionsAreForgottenAgainAndAgain_DoesNotSpin()
    {
        await using var connection = await OpenAsync(ClientProfile.Everything);
        _ = connection.WatchAsync(_listener, Cancellation);
        await _openings.WaitAsync(Cancellation);
        for (var followed = 1; followed <= 4; followed++)
        {
            await LoseAndCallAsync(connection);
            await _openings.WaitAsync(Cancellation);
        }

        _upstream.ForgetSessions();
        var call = connection.SendAsync(Call, null, Cancellation).AsTask();

        // It does not wait for what does not come.
        Assert.True((await call).Answered);
        Assert.Equal(0, _openings.CurrentCount);
        await Patience.UntilAsync(() => _openings.Wait(0), "the stream is open", Cancellation, () => _clock.Clock.Advance(TimeSpan.FromSeconds(1)));
        Assert.True(_upstream.HasStream(LastSession));
    }

    private async Task LoseAndCallAsync(UpstreamConnection connection)
    {
        _upstream.ForgetSessions();
        Assert.True((await connection.SendAsync(Call, null, Cancellation)).Answered);
    }

    /// <summary>Has the server hold back the head of every stream from here on.</summary>
    private Gate HoldStreams()
    {
        var gate = new Gate();
        var pass = Answers.After(gate, static _ => Task.CompletedTask);
        _upstream.Guard = async exchange =>
        {
            if (exchange.Request.Verb == "GET")
            {
                await pass(exchange);
            }

            return false;
        };
        return gate;
    }

    private async Task<UpstreamConnection> OpenAsync(ClientProfile profile, UpstreamOptions? options = null)
    {
        _upstream = await ScriptedUpstream.StartAsync(options ?? UpstreamOptions.Legacy, Cancellation);
        _upstream.On("tools/call", Answers.Result("{}"));
        var channel = new HttpChannel(_http, _upstream.Url, 1_000_000);
        return (await LegacyHttpConnection.OpenAsync(channel, _clock, profile, "2025-11-25", Cancellation)).Connection!;
    }

    /// <summary>The next wait; the time limits of requests and openings are of no interest.</summary>
    private async Task<TimeSpan> NextPauseAsync()
    {
        while (true)
        {
            var delay = await _clock.NextDelayAsync();
            if (delay != Timeout.InfiniteTimeSpan && delay != TimeSpan.FromSeconds(30))
            {
                return delay;
            }
        }
    }
}
