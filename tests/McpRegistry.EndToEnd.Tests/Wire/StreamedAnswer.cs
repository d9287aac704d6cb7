using System.Net;
using System.Text.Json;

namespace McpRegistry.EndToEnd.Tests.Wire;

/// <summary>An answer of the gateway while it comes: a client that is asked something reads on after it has answered.</summary>
internal sealed class StreamedAnswer(HttpResponseMessage response) : IDisposable
{
    private StreamReader? _reader;

    public HttpStatusCode Status => response.StatusCode;

    public bool IsStream => response.Content.Headers.ContentType?.MediaType == "text/event-stream";

    /// <summary>Returns the next message, waiting until it comes.</summary>
    public async Task<JsonElement> NextAsync(CancellationToken cancellationToken) =>
        await TryNextAsync(cancellationToken) ?? throw new InvalidOperationException($"{(int)Status}: the answer ended.");

    /// <summary>Returns the next message; null when the answer has ended.</summary>
    public async Task<JsonElement?> TryNextAsync(CancellationToken cancellationToken)
    {
        _reader ??= new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        if (!IsStream)
        {
            var body = await _reader.ReadToEndAsync(cancellationToken);
            return body.Length > 0 ? JsonElement.Parse(body) : null;
        }

        while (await _reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("data:", StringComparison.Ordinal))
            {
                return JsonElement.Parse(line[5..]);
            }
        }

        return null;
    }

    public void Dispose()
    {
        _reader?.Dispose();
        response.Dispose();
    }
}
