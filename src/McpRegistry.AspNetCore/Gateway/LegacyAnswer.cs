using McpRegistry.Gateway;
using Microsoft.Extensions.Options;

namespace McpRegistry.AspNetCore.Gateway;

/// <summary>The response to a legacy client. The client may hang up; the call does not end by that (protocol.md 1, "Cancel over HTTP").</summary>
internal abstract class LegacyAnswer : IAsyncDisposable
{
    /// <summary>Gets what takes the messages before the answer.</summary>
    public abstract IAnswerStream Stream { get; }

    public static LegacyAnswer Create(McpExchange exchange, ClientSession session, IOptions<GatewayOptions> options, TimeProvider time)
    {
        var http = new HttpAnswerStream(exchange.Context, exchange.TakesStream, options.Value.KeepAliveInterval, time);
        return exchange.TakesStream && session.Events is { } events
            ? new ResumableAnswer(exchange.Context, http, events)
            : new SurvivingAnswer(http);
    }

    /// <summary>Waits for the answer; what the client needs for the case that the connection breaks meanwhile comes first.</summary>
    public abstract ValueTask<GatewayAnswer> WaitAsync(ValueTask<GatewayAnswer> answer);

    /// <summary>Ends the response with the answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="status">The HTTP status, as far as it can still be set.</param>
    public abstract ValueTask CompleteAsync(GatewayAnswer answer, int status);

    /// <summary>Sends one answer of a batch at once if this has become a stream; false leaves it for <see cref="CompleteBatchAsync"/>.</summary>
    public abstract ValueTask<bool> TrySendAnswerAsync(GatewayAnswer answer);

    /// <summary>Ends the response to a batch with the answers that were not sent before: one array, or an event for each.</summary>
    /// <param name="answers">These answers; at least one.</param>
    /// <param name="status">The HTTP status, as far as it can still be set.</param>
    public abstract ValueTask CompleteBatchAsync(IReadOnlyList<GatewayAnswer> answers, int status);

    /// <summary>Ends the response without an answer: the client withdrew the request.</summary>
    public abstract ValueTask AbandonAsync();

    public abstract ValueTask DisposeAsync();
}
