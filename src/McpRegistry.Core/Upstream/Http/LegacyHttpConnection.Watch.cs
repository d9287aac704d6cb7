using System.Net;
using McpRegistry.Discovery;
using McpRegistry.Protocol;

namespace McpRegistry.Upstream.Http;

/// <content>The GET stream, over which a legacy server announces changes.</content>
internal sealed partial class LegacyHttpConnection
{
    /// <summary>Servers may close an idle stream at any time; one that does so at once is not asked in a tight loop.</summary>
    private static readonly TimeSpan StreamPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestStreamPause = TimeSpan.FromMinutes(1);

    public override async Task<UpstreamFault?> WatchAsync(IUpstreamListener listener, CancellationToken cancellationToken)
    {
        LegacySession? refused = null;
        var pause = StreamPause;
        for (var hasGap = false; ; hasGap = true)
        {
            var session = _session;
            var opened = _time.GetTimestamp();
            var reply = await HttpSend.RunAsync(
                static (call, token) => call.Self.FollowAsync(call.session, call.listener, call.hasGap, token),
                (Self: this, session, listener, hasGap),
                cancellationToken).ConfigureAwait(false);
            var fault = reply.Fault!;
            if (fault.Reason == FaultReasons.HttpError)
            {
                // 405 and its like: this server has no stream.
                return null;
            }

            if (fault.Reason == FaultReasons.SessionLost)
            {
                if (refused is not null)
                {
                    // A new session is refused like the one before: it is the stream that is not found, as where only POST is routed.
                    await refused.EndAsync(_channel, _time).ConfigureAwait(false);
                    return null;
                }

                refused = session;
                fault = await ReopenAsync(session, cancellationToken).ConfigureAwait(false);
                if (fault is not null)
                {
                    return fault;
                }
            }
            else if (ReferenceEquals(fault, StreamEnded))
            {
                refused = null;
            }
            else
            {
                return fault;
            }

            // What follows a pause is a whole reading of the catalogue, so that streams without a life are paid for dearly.
            pause = _time.GetElapsedTime(opened) > LongestStreamPause ? StreamPause : pause;
            await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
            pause = pause * 2 < LongestStreamPause ? pause * 2 : LongestStreamPause;
        }
    }

    private static readonly UpstreamFault StreamEnded = new(FaultReasons.Unreachable, "The server closed its stream.");

    private async ValueTask<UpstreamReply> FollowAsync(LegacySession session, IUpstreamListener listener, bool hasGap, CancellationToken cancellationToken)
    {
        var response = await _channel.GetAsync(session.SetHeaders, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound && session.Id is not null)
        {
            response.Dispose();
            return UpstreamReply.Failed(FaultReasons.SessionLost, "The server has forgotten the session.");
        }

        if (HttpFaults.IsTemporary(response.StatusCode))
        {
            // Says nothing about the stream; were it taken for "none", changes would go unnoticed from here on.
            response.Dispose();
            return StreamEnded;
        }

        if (!response.IsSuccessStatusCode || !HttpMessageStream.IsEventStream(response))
        {
            response.Dispose();
            return new UpstreamFault(FaultReasons.HttpError, "The server offers no stream.");
        }

        var messages = await HttpMessageStream.OpenAsync(response, _channel.MaxMessageBytes, position: null, cancellationToken).ConfigureAwait(false);
        await using (messages.ConfigureAwait(false))
        {
            if (hasGap)
            {
                // Not before: what happens until the stream is open would be missed without a word.
                listener.Missed();
            }

            while (await messages.ReadAsync(cancellationToken).ConfigureAwait(false) is { } message)
            {
                if (message.Kind == MessageKind.Notification)
                {
                    listener.Notified(message);
                    await WithdrawAsync(message, cancellationToken).ConfigureAwait(false);
                }
                else if (message.Kind == MessageKind.Request)
                {
                    Ask(session, message, question => listener.TryAsk(question) || AskCaller(question));
                }
            }
        }

        return StreamEnded;
    }

    /// <summary>What was asked on this stream is taken back on it; whoever was asked knows the question by its id.</summary>
    private async ValueTask WithdrawAsync(UpstreamMessage notification, CancellationToken cancellationToken)
    {
        if (notification.Method == McpMethod.Cancelled)
        {
            foreach (var call in _running.Values)
            {
                await call.NotifiedAsync(notification, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Many servers ask on this stream what belongs to a call; then it is for one of those that are running. Where callers
    /// share the session there must be no doubt.
    /// </summary>
    private bool AskCaller(UpstreamQuestion question) => (!_profile.IsShared || _running.Count == 1) && _running.OrderBy(static call => call.Key).Any(call => call.Value.TryAsk(question));
}
