using System.Threading.Channels;
using McpRegistry.Discovery;
using McpRegistry.Telemetry;
using McpRegistry.Upstream.Http;
using ModelContextProtocol.Protocol;

namespace McpRegistry.Upstream.Channels;

/// <summary>
/// A server over HTTP+SSE (2024-11-05): it sends all that it has to say on one stream, whose first event names the URL that takes
/// the messages to it.
/// </summary>
internal sealed class SseTransport : ITransport
{
    private const string EndpointEvent = "endpoint";

    private static readonly UpstreamFault NoStream = new(FaultReasons.Unreachable, "The server offers no event stream at this URL.");

    private static readonly UpstreamFault Ended = new(FaultReasons.Unreachable, "The server ended the connection.", MayHaveRun: true);

    private static readonly UpstreamFault Closed = new(FaultReasons.Unreachable, "The server's channel is closed.", MayHaveRun: true);

    private static readonly UpstreamFault NotConnected = new(FaultReasons.Unreachable, "Connecting to the server took too long.") { ConnectionHolds = true };

    private readonly HttpClient _http;
    private readonly Uri _url;
    private readonly HttpResponseMessage _response;
    private readonly SseReader _events;
    private readonly MessageIntake _received;
    private readonly CancellationTokenSource _disposed = new();
    private readonly CancellationToken _closing;
    private readonly Task _reading;
    private volatile Uri _messages;

    private SseTransport(HttpClient http, Uri url, HttpResponseMessage response, SseReader events, Uri messages, MessageIntake received)
    {
        _http = http;
        _url = url;
        _response = response;
        _events = events;
        _messages = messages;
        _received = received;
        _closing = _disposed.Token;
        _reading = Detached.Run(ReadAsync);
    }

    public string? SessionId => null;

    public ChannelReader<JsonRpcMessage> MessageReader => _received.Messages;

    /// <summary>Opens the stream and waits for its first event.</summary>
    /// <param name="http">Keeps to the origin of the URL; the transport owns it.</param>
    /// <param name="url">The URL of the stream.</param>
    /// <param name="maxBytes">The largest event, and the bound of the messages that wait to be read.</param>
    /// <param name="tellOfOddity">Is told once of a message that is none.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <returns>The transport, or the fault.</returns>
    public static async ValueTask<(SseTransport? Transport, UpstreamFault? Fault)> OpenAsync(
        HttpClient http, Uri url, int maxBytes, Action tellOfOddity, CancellationToken cancellationToken)
    {
        HttpResponseMessage? response = null;
        SseTransport? opened = null;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                return (null, HttpFaults.FromResponse(response));
            }

            var events = new SseReader(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), maxBytes);
            if (await FindEndpointAsync(events, url, cancellationToken).ConfigureAwait(false) is not { } messages)
            {
                return (null, NoStream);
            }

            opened = new SseTransport(http, url, response, events, messages, new MessageIntake(maxBytes, tellOfOddity));
            return (opened, null);
        }
        catch (Exception exception) when (HttpFaults.IsFailure(exception, cancellationToken))
        {
            return (null, exception is HttpRequestException or InvalidDataException ? HttpFaults.FromException(exception) : NoStream);
        }
        catch (Exception exception) when (HttpFaults.IsTransport(exception))
        {
            throw new OperationCanceledException("The attempt was cancelled.", exception, cancellationToken);
        }
        finally
        {
            if (opened is null)
            {
                response?.Dispose();
                http.Dispose();
            }
        }
    }

    /// <summary>Sends one message, in a request of its own. If that fails it fails alone: the stream tells when the connection ends.</summary>
    /// <exception cref="ChannelFaultException">The server does not take the message.</exception>
    public async Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _messages) { Content = new ReadOnlyMemoryContent(JsonRpcText.Write(message)) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        using var response = await PostAsync(request, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            throw new ChannelFaultException(HttpFaults.FromResponse(response));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        _http.Dispose();
        _disposed.Dispose();
    }

    private async Task<HttpResponseMessage> PostAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            // This is how the HTTP stack tells that no connection came about, or the transport that it ends.
            throw new ChannelFaultException(exception.InnerException is TimeoutException ? NotConnected : Closed, exception);
        }
        catch (HttpRequestException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ChannelFaultException(HttpFaults.FromException(exception) with { ConnectionHolds = true }, exception);
        }
        catch (HttpRequestException exception)
        {
            throw new OperationCanceledException("The message was cancelled.", exception, cancellationToken);
        }
    }

    private static async ValueTask<Uri?> FindEndpointAsync(SseReader events, Uri url, CancellationToken cancellationToken)
    {
        while (await events.ReadAsync(cancellationToken).ConfigureAwait(false) is { } data)
        {
            if (events.Name == EndpointEvent && UrlIn(data, url) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>Reads a URL that may be relative; null when it is none. That it is of the same origin, the client sees to.</summary>
    private static Uri? UrlIn(ReadOnlyMemory<byte> data, Uri url) =>
        Uri.TryCreate(url, System.Text.Encoding.UTF8.GetString(data.Span), out var found) ? found : null;

    private async Task ReadAsync()
    {
        await _received.FillAsync(ReadEventsAsync, Ended).ConfigureAwait(false);
        try
        {
            await _events.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _response.Dispose();
        }
    }

    private async ValueTask ReadEventsAsync()
    {
        while (await _events.ReadAsync(_closing).ConfigureAwait(false) is { } data)
        {
            switch (_events.Name)
            {
                case null:
                    await _received.TakeAsync(data, _closing).ConfigureAwait(false);
                    break;
                case EndpointEvent:
                    _messages = UrlIn(data, _url) ?? _messages;
                    break;
                default:
                    // None of MCP, such as those that keep proxies from hanging up.
                    break;
            }
        }
    }
}
