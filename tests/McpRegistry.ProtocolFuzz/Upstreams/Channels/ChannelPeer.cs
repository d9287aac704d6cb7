using System.Text;

namespace McpRegistry.ProtocolFuzz.Upstreams.Channels;

/// <summary>A server on a channel that carries messages in both directions: what it gets it answers at once, one after the other.</summary>
/// <param name="seed">The seed of the run.</param>
/// <param name="path">Tells which server it is, as the path of an HTTP request does.</param>
internal abstract class ChannelPeer(int seed, string path)
{
    private static readonly Dictionary<string, string> NoHeaders = [];

    /// <summary>Gets whether the channel is used up.</summary>
    public bool IsClosed { get; protected set; }

    /// <summary>Answers one message.</summary>
    public async Task AnswerAsync(byte[] message, CancellationToken cancellationToken)
    {
        foreach (var act in ActsOf(new ServerRequest("POST", path, NoHeaders, message)))
        {
            await PerformAsync(act, cancellationToken);
            if (IsClosed)
            {
                return;
            }
        }
    }

    /// <summary>Sends a message in good framing.</summary>
    protected abstract Task SendAsync(string json, CancellationToken cancellationToken);

    /// <summary>Sends bytes on the connection, with no framing at all.</summary>
    protected abstract Task SendRawAsync(byte[] content, CancellationToken cancellationToken);

    /// <summary>Sends the first half of a message.</summary>
    protected abstract Task SendHalfAsync(byte[] content, CancellationToken cancellationToken);

    protected abstract void Cut();

    private IReadOnlyList<Act> ActsOf(ServerRequest request) => request switch
    {
        { Id: null } or { Method: "" } => [],
        { IsModern: false, Method: "server/discover" } or { IsModern: true, Method: "initialize" } =>
            [new Act.Message($$$"""{"jsonrpc":"2.0","id":{{{request.Id}}},"error":{"code":-32601,"message":"Method not found"}}""")],
        { Method: "subscriptions/listen" } =>
            [new Act.Message($$$$"""{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"notifications":{},"_meta":{"io.modelcontextprotocol/subscriptionId":{{{{request.Id}}}}}}}""")],
        { Case: { } number } => Plans.Odd(request, Dice.For(seed, number, $"{request.Server} {request.Method} {request.HasAnswers}")),
        _ => Plans.Good(request),
    };

    private async Task PerformAsync(Act act, CancellationToken cancellationToken)
    {
        switch (act)
        {
            case Act.Document document:
                await SendAsync(Encoding.UTF8.GetString(document.Body), cancellationToken);
                break;
            case Act.Message message:
                await SendAsync(message.Json, cancellationToken);
                break;
            case Act.Push push:
                await SendAsync(push.Json, cancellationToken);
                break;
            case Act.Ask ask:
                await SendAsync(ask.Json, cancellationToken);
                break;
            case Act.Flood flood:
                for (var times = flood.Times; times > 0 && !IsClosed; times--)
                {
                    await SendAsync(flood.Json, cancellationToken);
                }

                break;
            case Act.Bytes bytes:
                await SendRawAsync(bytes.Content, cancellationToken);
                break;
            case Act.Raw raw:
                await SendRawAsync(raw.Content, cancellationToken);
                break;
            case Act.Half half:
                await SendHalfAsync(half.Body[..(half.Body.Length / 2)], cancellationToken);
                Cut();
                break;
            case Act.Wait wait:
                await Task.Delay(wait.Time, cancellationToken);
                break;
            case Act.Cut:
                Cut();
                break;
            default:
                // A call that is never answered; the others on the channel are.
                break;
        }
    }
}
