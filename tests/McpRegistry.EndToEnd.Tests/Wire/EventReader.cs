using System.Net;
using System.Text;

namespace McpRegistry.EndToEnd.Tests.Wire;

/// <summary>Reads the events of a response with their ids, and cuts the connection below it when disposed of before its end.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly HttpResponseMessage _response;
    private StreamReader? _reader;

    private EventReader(HttpResponseMessage response) => _response = response;

    public HttpStatusCode Status => _response.StatusCode;

    public string? MediaType => _response.Content.Headers.ContentType?.MediaType;

    public static async Task<EventReader> SendAsync(HttpClient http, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using (request)
        {
            return new EventReader(await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken));
        }
    }

    /// <summary>Reads the next event; null at the end, whether it comes in order or not.</summary>
    public async Task<StreamEvent?> TryNextAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        _reader ??= new StreamReader(await _response.Content.ReadAsStreamAsync(limit.Token), Encoding.UTF8);
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        while (true)
        {
            string? line;
            try
            {
                line = await _reader.ReadLineAsync(limit.Token);
            }
            catch (IOException)
            {
                return null;
            }

            switch (line)
            {
                case null:
                    return null;
                case "" when fields.Count > 0:
                    return new StreamEvent(fields.GetValueOrDefault("id"), fields.GetValueOrDefault("retry"), fields.GetValueOrDefault("data", ""));
                case { Length: > 0 } when !line.StartsWith(':'):
                    var parts = line.Split(": ", 2);
                    fields.Add(parts[0], parts[1]);
                    break;
            }
        }
    }

    public async Task<StreamEvent> NextAsync(CancellationToken cancellationToken) =>
        await TryNextAsync(cancellationToken) ?? throw new EndOfStreamException($"{(int)Status}: the stream has ended.");

    /// <summary>Reads the next event that has a message.</summary>
    public async Task<StreamEvent> MessageAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = await NextAsync(cancellationToken);
            if (next.IsMessage)
            {
                return next;
            }
        }
    }

    /// <summary>Reads the messages up to the end.</summary>
    public async Task<IReadOnlyList<StreamEvent>> RestAsync(CancellationToken cancellationToken)
    {
        var rest = new List<StreamEvent>();
        while (await TryNextAsync(cancellationToken) is { } next)
        {
            if (next.IsMessage)
            {
                rest.Add(next);
            }
        }

        return rest;
    }

    public Task<McpAnswer> AnswerAsync(CancellationToken cancellationToken) => McpAnswer.ReadAsync(_response, cancellationToken);

    public ValueTask DisposeAsync()
    {
        _reader?.Dispose();
        _response.Dispose();
        return ValueTask.CompletedTask;
    }
}
