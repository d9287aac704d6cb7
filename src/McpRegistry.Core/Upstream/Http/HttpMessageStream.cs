using System.Buffers;
using McpRegistry.Protocol;

namespace McpRegistry.Upstream.Http;

/// <summary>The JSON-RPC messages in one HTTP response: a single JSON document, or a stream of events.</summary>
internal sealed class HttpMessageStream : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly Stream _body;
    private readonly SseReader? _events;
    private readonly int _maxBytes;
    private bool _ended;

    private HttpMessageStream(HttpResponseMessage response, Stream body, int maxBytes, StreamPosition? position)
    {
        _response = response;
        _body = body;
        _maxBytes = maxBytes;
        _events = IsEventStream(response) ? new SseReader(body, maxBytes, position) : null;
    }

    public static async ValueTask<HttpMessageStream> OpenAsync(
        HttpResponseMessage response, int maxBytes, StreamPosition? position, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        return new HttpMessageStream(response, body, maxBytes, position);
    }

    public static bool IsEventStream(HttpResponseMessage response) =>
        string.Equals(response.Content.Headers.ContentType?.MediaType, "text/event-stream", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the next message; null at the end.</summary>
    /// <exception cref="InvalidDataException">The message is too large, or is not JSON-RPC (<see cref="FormatException"/>).</exception>
    public async ValueTask<UpstreamMessage?> ReadAsync(CancellationToken cancellationToken)
    {
        var json = _events is null
            ? await ReadDocumentAsync(cancellationToken).ConfigureAwait(false)
            : await _events.ReadAsync(cancellationToken).ConfigureAwait(false);
        return json is null
            ? null
            : UpstreamMessage.TryRead(json.Value) ?? throw new FormatException("The server sent something that is not a JSON-RPC message.");
    }

    public async ValueTask DisposeAsync()
    {
        if (_events is not null)
        {
            await _events.DisposeAsync().ConfigureAwait(false);
        }

        await _body.DisposeAsync().ConfigureAwait(false);

        // Disposing the response closes the connection when the stream has not ended: that is how a request is cancelled.
        _response.Dispose();
    }

    private async ValueTask<ReadOnlyMemory<byte>?> ReadDocumentAsync(CancellationToken cancellationToken)
    {
        if (_ended)
        {
            return null;
        }

        _ended = true;
        var known = _response.Content.Headers.ContentLength;
        if (known > _maxBytes)
        {
            throw TooLarge();
        }

        var output = new ArrayBufferWriter<byte>((int)(known ?? 4096) + 1);
        while (true)
        {
            var read = await _body.ReadAsync(output.GetMemory(), cancellationToken).ConfigureAwait(false);
            output.Advance(read);
            if (output.WrittenCount > _maxBytes)
            {
                throw TooLarge();
            }

            if (read == 0)
            {
                return output.WrittenCount == 0 ? null : output.WrittenMemory;
            }
        }
    }

    private InvalidDataException TooLarge() => new($"The answer is larger than {_maxBytes} bytes.");
}
