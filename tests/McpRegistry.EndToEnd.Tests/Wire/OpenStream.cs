using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace McpRegistry.EndToEnd.Tests.Wire;

/// <summary>An event stream of the gateway that stays open: a subscription of a modern client or the GET of a legacy one.</summary>
internal sealed class OpenStream : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private OpenStream(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _reader = new StreamReader(body, Encoding.UTF8);
    }

    /// <summary>Opens what a client of this era watches with: the filter is for a modern one, a legacy one hears everything.</summary>
    public static Task<OpenStream> OpenAsync(HttpClient http, Uri url, RawClient client, string filter, CancellationToken cancellationToken) =>
        client.Era == Era.Modern ? ListenAsync(http, url, client, filter, cancellationToken) : GetAsync(http, url, client, cancellationToken);

    /// <summary>Opens a subscription and checks its acknowledgement.</summary>
    public static async Task<OpenStream> ListenAsync(HttpClient http, Uri url, RawClient client, string filter, CancellationToken cancellationToken, string? expected = null, string id = "\"listen\"")
    {
        var stream = await PostAsync(http, url, client, filter, id, cancellationToken);
        var first = await stream.NextAsync(cancellationToken);
        Assert.Equal("notifications/subscriptions/acknowledged", first.GetProperty("method").GetString());
        Assert.Equal(id, Tag(first));
        Assert.Equal(expected ?? filter, first.GetProperty("params").GetProperty("notifications").GetRawText());
        return stream;
    }

    public static async Task<OpenStream> GetAsync(HttpClient http, Uri url, RawClient client, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Headers.Add("Mcp-Session-Id", client.SessionId);
        request.Headers.Add("MCP-Protocol-Version", RawClient.LegacyVersion);
        return await SendAsync(http, request, cancellationToken);
    }

    /// <summary>Gets the id of the subscription that a message belongs to, as it came.</summary>
    public static string Tag(JsonElement message) =>
        (message.TryGetProperty("params", out var body) ? body : message.GetProperty("result")).GetProperty("_meta").GetProperty("io.modelcontextprotocol/subscriptionId").GetRawText();

    /// <summary>Reads the next message; comments are skipped.</summary>
    public async Task<JsonElement> NextAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        while (await _reader.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                return JsonElement.Parse(line["data: ".Length..]);
            }
        }

        throw new EndOfStreamException("The stream has ended.");
    }

    /// <summary>Reads the next message and checks that it is the expected change notification: a method, or the URI of a resource.</summary>
    public async Task ExpectAsync(string expected, CancellationToken cancellationToken)
    {
        var message = await NextAsync(cancellationToken);
        var method = message.GetProperty("method").GetString()!;
        Assert.Equal(expected, method == "notifications/resources/updated" ? message.GetProperty("params").GetProperty("uri").GetString() : method["notifications/".Length..]);
    }

    /// <summary>Reads messages until one fits, and returns it.</summary>
    public async Task<JsonElement> FindAsync(string method, CancellationToken cancellationToken)
    {
        while (true)
        {
            var message = await NextAsync(cancellationToken);
            if (message.TryGetProperty("method", out var name) && name.ValueEquals(method))
            {
                return message;
            }
        }
    }

    /// <summary>Reads to the end, which must come without another message.</summary>
    public async Task ExpectEndAsync(CancellationToken cancellationToken) =>
        await Assert.ThrowsAsync<EndOfStreamException>(() => NextAsync(cancellationToken));

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _response.Dispose();
        return ValueTask.CompletedTask;
    }

    public static async Task<OpenStream> PostAsync(HttpClient http, Uri url, RawClient client, string filter, string id, CancellationToken cancellationToken)
    {
        var body = client.Write(id, "subscriptions/listen", $"\"notifications\":{filter}");
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")) };
        request.Headers.Accept.ParseAdd("application/json, text/event-stream");
        foreach (var (name, value) in client.Headers("subscriptions/listen", body))
        {
            request.Headers.Add(name, value);
        }

        return await SendAsync(http, request, cancellationToken);
    }

    private static async Task<OpenStream> SendAsync(HttpClient http, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{response.StatusCode}");
        return new OpenStream(response, body);
    }
}
