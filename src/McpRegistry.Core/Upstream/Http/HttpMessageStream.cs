using System.Buffers;
using System.Text.Json;
using McpRegistry.Protocol;

namespace McpRegistry.Upstream.Http;

/// <summary>
/// The JSON-RPC messages in one HTTP response: a single JSON document, or a stream of events. Batches, which every revision but
/// 2025-03-26 forbids, are taken from any server.
/// </summary>
internal sealed class HttpMessageStream : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly Stream _body;
    private readonly SseReader? _events;
    private readonly int _maxBytes;
    private MessageBatch _batch;
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

    /// <summary>Gets a value that tells whether something was left out that is no JSON-RPC message.</summary>
    public bool HasOddities { get; private set; }

    /// <summary>
    /// Reads the next message; null at the end. On a stream everything else is left out, but not what was meant as an answer: who
    /// waits for it would wait without end.
    /// </summary>
    /// <exception cref="InvalidDataException">The message is too large.</exception>
    /// <exception cref="FormatException">A document, or an answer, is not JSON-RPC. What follows can be read.</exception>
    public async ValueTask<UpstreamMessage?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var inBatch = _batch.TryTake(out var json);
            if (!inBatch)
            {
                var read = _events is null
                    ? await ReadDocumentAsync(cancellationToken).ConfigureAwait(false)
                    : await _events.ReadAsync(cancellationToken).ConfigureAwait(false);
                if (read is not { } text)
                {
                    return null;
                }

                if (_events is { Name: not null })
                {
                    // None of MCP, such as those that keep proxies from hanging up.
                    continue;
                }

                inBatch = MessageBatch.TryOpen(text, out _batch) && _batch.TryTake(out json);
                json = inBatch ? json : text;
            }

            if (UpstreamMessage.TryRead(json) is { } message)
            {
                return message;
            }

            if ((_events is null && !inBatch) || IsAnswer(json.Span))
            {
                throw new FormatException("The server sent something that is not a JSON-RPC message.");
            }

            NoteOddity();
        }
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

    private static bool IsAnswer(ReadOnlySpan<byte> json)
    {
        try
        {
            return !JsonMembers.Find(json, "id"u8).IsMissing && JsonMembers.Find(json, "method"u8).IsMissing;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void NoteOddity()
    {
        HasOddities = true;
        (_response.RequestMessage as ChannelRequest)?.Channel.NoteOddity();
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
