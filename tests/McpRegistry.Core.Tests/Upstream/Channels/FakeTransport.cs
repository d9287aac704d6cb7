using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using McpRegistry.TestSupport;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream.Channels;

/// <summary>A duplex channel in memory. The handshake is answered by itself; everything else waits for the test.</summary>
internal sealed class FakeTransport : ITransport
{
    private readonly Channel<JsonRpcMessage> _incoming = Channel.CreateUnbounded<JsonRpcMessage>();
    private readonly Channel<JsonRpcMessage> _sent = Channel.CreateUnbounded<JsonRpcMessage>();

    /// <summary>Gets the answer to <c>server/discover</c> (its result or error member); null is silence.</summary>
    public string? Discover { get; init; } = """
        "error":{"code":-32601,"message":"Method not found"}
        """;

    public string? Initialize { get; init; } = """
        "result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{},"logging":{}},"serverInfo":{"name":"fake","version":"1"}}
        """;

    /// <summary>Gets or sets a value that tells whether the server answers nothing by itself any more.</summary>
    public bool IsHung { get; set; }

    public Exception? SendFailure { get; set; }

    /// <summary>Gets or sets a value that tells whether the server has stopped to take answers.</summary>
    public bool IsStuck { get; set; }

    /// <summary>Gets how many messages wait for a server that is stuck.</summary>
    public int Waiting { get; private set; }

    public int Disposals { get; private set; }

    public string? SessionId => null;

    public ChannelReader<JsonRpcMessage> MessageReader => _incoming.Reader;

    public Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (SendFailure is not null)
        {
            throw SendFailure;
        }

        if (IsStuck && message is not JsonRpcRequest)
        {
            Waiting++;
            return Task.Delay(Timeout.Infinite, cancellationToken);
        }

        _sent.Writer.TryWrite(message);
        if (!IsHung && message is JsonRpcRequest { Method: "server/discover" or "initialize" } request
            && (request.Method == "initialize" ? Initialize : Discover) is { } answer)
        {
            Answer(request, answer);
        }

        return Task.CompletedTask;
    }

    public void Answer(JsonRpcRequest request, string member) => Receive($$"""{"jsonrpc":"2.0","id":{{request.Id}},{{member}}}""");

    public void Receive(string json) => _incoming.Writer.TryWrite(JsonSerializer.Deserialize<JsonRpcMessage>(json, McpJsonUtilities.DefaultOptions)!);

    /// <summary>Ends what the server sends, as a process that exits does.</summary>
    public void End(Exception? lastWords = null) => _incoming.Writer.TryComplete(lastWords);

    /// <summary>Returns the next message of a method that was sent, passing over others.</summary>
    public async Task<JsonObject> NextAsync(string method)
    {
        while (true)
        {
            var json = JsonSerializer.SerializeToNode(await SentAsync(), McpJsonUtilities.DefaultOptions)!.AsObject();
            if ((string?)json["method"] == method)
            {
                return json;
            }
        }
    }

    /// <summary>Returns the next request of a method; null is any.</summary>
    public async Task<JsonRpcRequest> NextRequestAsync(string? method = null)
    {
        while (true)
        {
            if (await SentAsync() is JsonRpcRequest request && (method is null || request.Method == method))
            {
                return request;
            }
        }
    }

    /// <summary>Has everything that was received before been dealt with when it returns: messages are taken in order.</summary>
    /// <returns>The methods of the requests that were sent until then and that nobody has taken.</returns>
    public async Task<IReadOnlyList<string>> SettleAsync()
    {
        Receive("""{"jsonrpc":"2.0","id":"settle","method":"ping"}""");
        var requests = new List<string>();
        while (await SentAsync() is var message and not JsonRpcResponse { Id.Id: "settle" })
        {
            if (message is JsonRpcRequest request)
            {
                requests.Add(request.Method);
            }
        }

        return requests;
    }

    public async Task<JsonRpcMessage> NextAnswerAsync()
    {
        while (true)
        {
            if (await SentAsync() is { } message and (JsonRpcResponse or JsonRpcError))
            {
                return message;
            }
        }
    }

    private ValueTask<JsonRpcMessage> SentAsync() => _sent.Reader.NextAsync("another message is sent", TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync()
    {
        Disposals++;
        End();
        return ValueTask.CompletedTask;
    }
}
