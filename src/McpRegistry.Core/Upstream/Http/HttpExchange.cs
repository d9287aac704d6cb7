using System.Net;
using McpRegistry.Discovery;
using McpRegistry.Protocol;

namespace McpRegistry.Upstream.Http;

/// <summary>Reads the messages of one POST up to the response that it asked for.</summary>
internal static class HttpExchange
{
    /// <summary>What a stream ends with that a server closes before it has answered.</summary>
    public static readonly UpstreamFault Cut = new(FaultReasons.Unreachable, "The server closed the stream before it answered.", MayHaveRun: true);

    private static readonly UpstreamFault Odd = new(FaultReasons.ProtocolError, "The server sent something that is not a JSON-RPC message, and no answer.", MayHaveRun: true);

    /// <summary>Receives the answer to request <paramref name="id"/>.</summary>
    /// <param name="response">The HTTP response; disposed on return.</param>
    /// <param name="id">The request's id.</param>
    /// <param name="maxBytes">The largest message.</param>
    /// <param name="observer">Hears notifications.</param>
    /// <param name="onRequest">Gets requests of the server, and no more of the stream is read until it is done; null refuses to hear them.</param>
    /// <param name="position">Follows how far the stream was read; null when it is not resumed.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The answer or a fault: <see cref="Cut"/> when the stream ended without one.</returns>
    public static async ValueTask<UpstreamReply> ReceiveAsync(
        HttpResponseMessage response,
        long id,
        int maxBytes,
        IUpstreamObserver? observer,
        Func<UpstreamMessage, ValueTask>? onRequest,
        StreamPosition? position,
        CancellationToken cancellationToken)
    {
        if (!HasMessages(response))
        {
            using (response)
            {
                return response.IsSuccessStatusCode
                    ? UpstreamReply.Failed(FaultReasons.ProtocolError, $"The server answered HTTP {(int)response.StatusCode} without a message.")
                    : HttpFaults.FromResponse(response);
            }
        }

        var status = response.StatusCode;
        var retryAfter = (int)status < 400 ? null : HttpFaults.RetryAfterOf(response);
        var messages = await HttpMessageStream.OpenAsync(response, maxBytes, position, cancellationToken).ConfigureAwait(false);
        await using (messages.ConfigureAwait(false))
        {
            while (await ReadAsync(messages, status, position, cancellationToken).ConfigureAwait(false) is { } message)
            {
                position?.Heard();
                switch (message.Kind)
                {
                    case MessageKind.Response when message.NumericId == id || IsUnassigned(message):
                        return HttpFaults.IsPassing(status) ? Failure(status, retryAfter, message) : (UpstreamReply)message with { HttpStatus = (int)status };
                    case MessageKind.Notification when observer is not null:
                        await observer.NotifiedAsync(message, cancellationToken).ConfigureAwait(false);
                        break;
                    case MessageKind.Request when onRequest is not null:
                        await onRequest(message).ConfigureAwait(false);
                        break;
                }
            }
        }

        return (int)status < 300
            ? messages.HasOddities && position?.LastEventId is null ? Odd : Cut
            : HttpFaults.FromStatus(status) with { RetryAfter = retryAfter };
    }

    /// <summary>A server that is overloaded or in trouble has not answered, in whatever words it says so; the client gets the words.</summary>
    private static UpstreamFault Failure(HttpStatusCode status, TimeSpan? retryAfter, UpstreamMessage message)
    {
        var fault = HttpFaults.FromStatus(status) with { RetryAfter = retryAfter };
        return message.IsError ? fault with { Message = $"The server answered HTTP {(int)status}: {ErrorText.Trim(message.ErrorMessage)}" } : fault;
    }

    /// <summary>The body of an error status need not be JSON-RPC, nor whole; then the status is the answer.</summary>
    private static async ValueTask<UpstreamMessage?> ReadAsync(
        HttpMessageStream messages, HttpStatusCode status, StreamPosition? position, CancellationToken cancellationToken)
    {
        try
        {
            return await messages.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when ((int)status >= 300 && (exception is FormatException || HttpFaults.IsTransport(exception)) && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception exception) when (position?.LastEventId is not null && exception is IOException or HttpRequestException)
        {
            // Cut in the middle; it goes on elsewhere.
            return null;
        }
    }

    /// <summary>
    /// Credentials are told by the status alone; their bodies are not for our client. Other statuses may carry a JSON-RPC error.
    /// </summary>
    private static bool HasMessages(HttpResponseMessage response) =>
        response.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.Accepted or HttpStatusCode.NoContent)
        && (int)response.StatusCode is < 300 or >= 400
        && response.Content.Headers.ContentType?.MediaType is { } type
        && (type.Equals("application/json", StringComparison.OrdinalIgnoreCase) || HttpMessageStream.IsEventStream(response));

    /// <summary>An error about a message whose id the server could not read answers this POST, for it held nothing else.</summary>
    private static bool IsUnassigned(UpstreamMessage message) =>
        message.IsError && (message.Id.IsMissing || message.Raw(message.Id).SequenceEqual("null"u8));
}
