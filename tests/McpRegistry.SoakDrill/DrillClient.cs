using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace McpRegistry.SoakDrill;

/// <summary>A client that opens something, lives with it and goes.</summary>
internal abstract class DrillClient(ClientPlan plan, Uri gateway, ClientSockets sockets) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private EventStream? _stream;
    private int _lastId;

    public ClientPlan Plan => plan;

    public bool IsWatching => _stream is not null;

    /// <summary>Opens all that the client holds until it goes.</summary>
    public abstract Task OpenAsync();

    /// <summary>Keeps what is open from falling idle.</summary>
    public virtual Task KeepAsync() => Task.CompletedTask;

    /// <summary>Makes a call and fails unless it is answered well.</summary>
    public async Task CallAsync()
    {
        using var response = await SendAsync("tools/call", Tool("work"));
        var answer = await ReadAsync(response);
        if (!answer.TryGetProperty("result", out var result) || !result.TryGetProperty("content", out _))
        {
            throw new InvalidOperationException($"Client {plan.Number} got {answer.GetRawText()}");
        }
    }

    /// <summary>Reads what the client must have heard; one without a stream hears nothing.</summary>
    public async Task HearAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        if (_stream is not null)
        {
            await _stream.HearAsync(["notifications/resources/updated", "notifications/tools/list_changed"], limit.Token);
        }
    }

    /// <summary>Goes as planned.</summary>
    /// <returns>Whether the machine let it go that way.</returns>
    public async Task<bool> GoAsync()
    {
        switch (plan.Manner)
        {
            case Manner.Ends:
                await EndAsync();
                _stream?.Dispose();
                sockets.Dispose();
                return true;
            case Manner.FallsSilent:
                return sockets.Disappear();
            default:
                sockets.Reset();
                return true;
        }
    }

    public void Dispose()
    {
        _stream?.Dispose();
        sockets.Dispose();
    }

    /// <summary>Says goodbye, where the protocol has a way to.</summary>
    protected abstract Task EndAsync();

    /// <summary>Names the headers of a message.</summary>
    protected abstract IEnumerable<(string Name, string Value)> Headers(string method);

    /// <summary>Gets the members of <c>_meta</c>.</summary>
    protected abstract string Meta { get; }

    protected string Tool(string name) => $$"""  "name":"{{plan.Tool(name)}}","arguments":{}""";

    /// <summary>Sends a request, or a notification, and returns as soon as the answer begins.</summary>
    protected Task<HttpResponseMessage> SendAsync(string method, string members)
    {
        var id = method.StartsWith("notifications/", StringComparison.Ordinal) ? "" : $"\"id\":{Interlocked.Increment(ref _lastId)},";
        var separator = members.Length > 0 ? "," : "";
        var body = $$$"""{"jsonrpc":"2.0",{{{id}}}"method":"{{{method}}}","params":{ {{{members}}}{{{separator}}}"_meta":{ {{{Meta}}} } } }""";
        return SendAsync(HttpMethod.Post, method, body);
    }

    protected async Task<HttpResponseMessage> SendAsync(HttpMethod verb, string method, string? body)
    {
        using var request = new HttpRequestMessage(verb, new Uri(gateway, plan.Alias is null ? "/mcp" : $"/mcp/{plan.Alias}"));
        request.Headers.TryAddWithoutValidation("Accept", body is null ? "text/event-stream" : "application/json, text/event-stream");
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        foreach (var (name, value) in Headers(method))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var response = await sockets.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Accepted
            ? response
            : throw new InvalidOperationException($"Client {plan.Number}, {method}: {response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }

    protected async Task WatchAsync(HttpResponseMessage response) => _stream = new EventStream(response, await response.Content.ReadAsStreamAsync());

    /// <summary>Makes a call whose answer will not come.</summary>
    protected async Task AbandonAsync(string tool)
    {
        try
        {
            (await SendAsync("tools/call", Tool(tool))).Dispose();
        }
        catch (HttpRequestException)
        {
            // The connection was reset below it, as planned.
        }
    }

    /// <summary>Reads an answer to its end; of a stream its last message counts.</summary>
    protected static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        return JsonElement.Parse(text.StartsWith('{') ? text : text.Split('\n').Last(line => line.StartsWith("data: ", StringComparison.Ordinal))[6..]);
    }
}
