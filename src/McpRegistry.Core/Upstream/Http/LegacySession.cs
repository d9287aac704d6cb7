using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;

namespace McpRegistry.Upstream.Http;

/// <summary>One session of a legacy server: its id, its revision, its log level and the calls that its server may still work on.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The source holds nothing to release: it has no timer, and who links to it lets go of it.")]
internal sealed class LegacySession(string? id, string revision, GivenUpCalls? givenUp)
{
    /// <summary>How long the gateway waits for a server that it is leaving.</summary>
    public static readonly TimeSpan GoodbyeTimeout = TimeSpan.FromSeconds(2);

    private const int MaxIdLength = 1024;

    private static readonly OwnRequest Ping = new() { Method = McpMethod.Ping };

    private readonly CancellationTokenSource _replaced = new();

    private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets the session id; null when the server keeps no sessions.</summary>
    public string? Id => id;

    public SessionLogLevel Verbosity { get; } = new();

    /// <summary>Gets the calls that were given up; null where all calls are one client's. Those of one session are none of the next.</summary>
    public GivenUpCalls? GivenUp => givenUp;

    /// <summary>Gets what is cancelled when another session has come in the place of this one.</summary>
    public CancellationToken Replaced => _replaced.Token;

    /// <summary>Gets what ends when the server is heard in this session, and when nobody is to wait for that any more.</summary>
    public Task Heard => _heard.Task;

    /// <summary>Says that another session has come in the place of this one.</summary>
    public Task ReplaceAsync() => _replaced.CancelAsync();

    /// <summary>Ends what waits until the server is heard.</summary>
    public void NoteHeard() => _heard.TrySetResult();

    public void SetHeaders(HttpRequestHeaders headers)
    {
        if (id is not null)
        {
            headers.TryAddWithoutValidation("Mcp-Session-Id", id);
        }

        headers.TryAddWithoutValidation("MCP-Protocol-Version", revision);
    }

    /// <summary>
    /// Opens a session. A handshake that is cut off would leave one at the server whose id nobody knows; so a cancelled one
    /// gets a moment to end, and its session is ended then.
    /// </summary>
    public static async ValueTask<(LegacySession? Session, UpstreamHandshake? Handshake, UpstreamFault? Fault)> OpenAsync(
        HttpChannel channel, TimeProvider time, ClientProfile profile, string revision, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        var registration = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).CancelAfter(GoodbyeTimeout), late);
        await using (registration.ConfigureAwait(false))
        {
            var opened = await InitializeAsync(channel, time, profile, revision, late.Token).ConfigureAwait(false);
            if (!cancellationToken.IsCancellationRequested)
            {
                return opened;
            }

            if (opened.Session is { } unwanted)
            {
                await unwanted.EndAsync(channel, time).ConfigureAwait(false);
            }

            throw new OperationCanceledException(cancellationToken);
        }
    }

    /// <summary>Ends the session, as well as it can be: a server that is gone has none left to end.</summary>
    public async ValueTask EndAsync(HttpChannel channel, TimeProvider time)
    {
        if (id is null)
        {
            return;
        }

        using var timeout = new CancellationTokenSource(GoodbyeTimeout, time);
        try
        {
            using var response = await channel.DeleteAsync(SetHeaders, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (HttpFaults.IsTransport(exception) || exception is OperationCanceledException or ObjectDisposedException)
        {
            // The server forgets it in its own time.
        }
    }

    private static async ValueTask<(LegacySession? Session, UpstreamHandshake? Handshake, UpstreamFault? Fault)> InitializeAsync(
        HttpChannel channel, TimeProvider time, ClientProfile profile, string revision, CancellationToken cancellationToken)
    {
        LegacySession? session = null;
        UpstreamHandshake? handshake = null;
        var reply = await HttpSend.RunAsync(
            (_, token) => channel.PostAsync(
                LegacyMessages.Initialize(revision, profile).Write(0, new UpstreamHandshake { Era = ProtocolEra.Legacy, Revision = revision }), static _ => { }, token),
            async (_, response, token) =>
            {
                var sessionId = response.Headers.TryGetValues("Mcp-Session-Id", out var values) ? values.FirstOrDefault() : null;
                var answer = await HttpExchange.ReceiveAsync(response, 0, channel.MaxMessageBytes, null, null, null, token).ConfigureAwait(false);
                handshake = answer is { Answered: true, Message.IsError: false }
                    ? UpstreamHandshake.FromInitialize(answer.Message.Result.Of(answer.Message.Json))
                    : null;
                session = handshake is null || sessionId?.Length > MaxIdLength ? null
                    : new LegacySession(sessionId, handshake.Revision, profile.IsForEveryone ? new GivenUpCalls(time) : null);
                return answer;
            },
            0,
            cancellationToken).ConfigureAwait(false);
        if (session is null)
        {
            return (null, null, reply.Fault ?? new UpstreamFault(FaultReasons.ProtocolError, Refusal(reply.Message)));
        }

        await session.PostAsync(channel, LegacyMessages.Initialized, cancellationToken).ConfigureAwait(false);
        return (session, handshake, null);
    }

    /// <summary>Sends a message that has no answer; whether it arrived shows with the next request.</summary>
    /// <returns>False when the server certainly has not taken it.</returns>
    public async ValueTask<bool> PostAsync(HttpChannel channel, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await channel.PostAsync(message, SetHeaders, cancellationToken).ConfigureAwait(false);
            return response.IsSuccessStatusCode;
        }
        catch (Exception exception) when (HttpFaults.IsTransport(exception) || exception is OperationCanceledException or ObjectDisposedException)
        {
            // The next request meets the same failure and reports it; when the gateway stops there is none.
            return false;
        }
    }

    /// <summary>Asks the server whether it knows the session; true unless it certainly does not.</summary>
    public async ValueTask<bool> IsKnownAsync(HttpChannel channel, UpstreamHandshake peer, long id, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await channel.PostAsync(Ping.Write(id, peer), SetHeaders, cancellationToken).ConfigureAwait(false);
            return response.StatusCode is not (HttpStatusCode.BadRequest or HttpStatusCode.NotFound);
        }
        catch (Exception exception) when (HttpFaults.IsFailure(exception, cancellationToken))
        {
            return true;
        }
    }

    /// <summary>Has the session say all that a caller wants to hear.</summary>
    public ValueTask SetLogLevelAsync(HttpChannel channel, UpstreamHandshake peer, LogLevel level, long id, CancellationToken cancellationToken) =>
        Verbosity.SetAsync(level, () => HttpSend.RunAsync(
            (body, token) => channel.PostAsync(body, SetHeaders, token),
            (_, response, token) => HttpExchange.ReceiveAsync(response, id, channel.MaxMessageBytes, null, null, null, token),
            LegacyMessages.SetLevel(level).Write(id, peer),
            cancellationToken));

    private static string Refusal(UpstreamMessage? answer) => answer is { IsError: true }
        ? $"The server refuses the session: {Protocol.ErrorText.Trim(answer.ErrorMessage)}"
        : "The server's answer to initialize is not one.";
}
