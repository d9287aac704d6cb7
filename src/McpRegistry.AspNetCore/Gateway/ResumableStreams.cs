using McpRegistry.Gateway;
using McpRegistry.Gateway.Resumption;
using McpRegistry.Protocol;
using McpRegistry.Watching;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace McpRegistry.AspNetCore.Gateway;

/// <summary>Serves the GET of legacy clients where events are kept: a stream of the session goes on where its client lost it.</summary>
internal sealed class ResumableStreams(
    SessionFeeds feeds, EventBuffer buffer, IOptions<GatewayOptions> options, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private const string Header = "Last-Event-ID";

    /// <summary>Has the client hear the stream that its last id is of; without one, what belongs to none of its requests.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="session">Its session.</param>
    /// <param name="events">What is kept for it.</param>
    /// <param name="over">Cancelled when the caller may not have the stream any more.</param>
    public async Task ListenAsync(McpExchange exchange, ClientSession session, SessionEvents events, CancellationToken over)
    {
        var ids = exchange.Context.Request.Headers[Header];
        var last = ids.Count == 1 ? ids[0]!.Trim(' ', '\t') : "";
        var stream = events.Unasked;
        long? position = null;
        if (ids.Count > 1 || last.Length > 0)
        {
            if (ids.Count > 1 || !events.TryFind(last, out var found, out var after))
            {
                await exchange.AnswerAsync(AnswerWriter.Error([], GatewayError.BadEnvelope(
                    ErrorCodes.InvalidRequest, $"No stream of this session has an event with the id of the header {Header}.", "unknown_event")));
                return;
            }

            if (found is null)
            {
                await RefuseLostAsync(exchange);
                return;
            }

            (stream, position) = (found, after);
        }

        await using var http = new HttpAnswerStream(exchange.Context, takesStream: true, options.Value.KeepAliveInterval, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(exchange.Context.RequestAborted, lifetime.ApplicationStopping, session.Ended, over);
        var connection = new EventConnection(exchange.Context, http, hasCall: false);
        try
        {
            var outcome = await stream.AttachAsync(connection, position, ending.Token);
            if (outcome is AttachOutcome.Lost or AttachOutcome.Over)
            {
                // Ends the comments that fill silence; if there was one meanwhile the client hears at its next try.
                await http.DisposeAsync();
                if (exchange.Context.Response.HasStarted)
                {
                    return;
                }
            }

            await FollowAsync(exchange, session, stream, connection, outcome, isResumed: position is not null, ending);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The client hung up, the session has ended, or the host stops.
        }
        finally
        {
            stream.Detach(connection);
            connection.Release();
        }
    }

    private async Task FollowAsync(
        McpExchange exchange, ClientSession session, EventStream stream, EventConnection connection, AttachOutcome outcome, bool isResumed, CancellationTokenSource ending)
    {
        if (outcome == AttachOutcome.Lost)
        {
            await RefuseLostAsync(exchange);
            return;
        }

        if (isResumed)
        {
            buffer.Resumed(isLost: outcome == AttachOutcome.AttachedWithGap);
        }

        if (outcome == AttachOutcome.Over)
        {
            // What tells clients of server-sent events not to come back.
            exchange.Context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        else if (stream.IsUnasked)
        {
            await PumpAsync(exchange, session, connection, hasGap: outcome == AttachOutcome.AttachedWithGap, ending);
        }
        else
        {
            await Task.WhenAny(stream.Ended, connection.Closed, Task.Delay(Timeout.InfiniteTimeSpan, time, ending.Token));
            await ending.CancelAsync();
            if (!stream.HasEnded)
            {
                // The call may be writing to a client that takes nothing.
                connection.Close();
            }
        }
    }

    private async Task PumpAsync(McpExchange exchange, ClientSession session, EventConnection connection, bool hasGap, CancellationTokenSource ending)
    {
        using var opened = session.Attach(session.Events!.Unasked);
        try
        {
            var feed = feeds.Of(session, exchange.Caller);
            if (hasGap)
            {
                feed.MayHaveMissed();
            }

            var pump = feed.PumpAsync(session.Events.Unasked, ending.Token);
            await Task.WhenAny(pump, opened.Ended, connection.Closed, Task.Delay(Timeout.InfiniteTimeSpan, time, ending.Token));
            await ending.CancelAsync();

            // The pump may be writing to a client that takes nothing.
            connection.Close();
            await pump;
        }
        finally
        {
            session.Detach(opened);
        }
    }

    private Task RefuseLostAsync(McpExchange exchange)
    {
        buffer.Resumed(isLost: true);
        return exchange.AnswerAsync(AnswerWriter.Error([], new GatewayError(
            ErrorCodes.InvalidRequest, "Events behind this one are not kept any more; make the request again.", "events_lost") { HttpStatus = StatusCodes.Status410Gone }));
    }
}
