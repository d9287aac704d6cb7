using System.Collections.Concurrent;
using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Bridging;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;
using McpRegistry.TestSupport.WebSockets;

namespace McpRegistry.EndToEnd.Tests.Fidelity.Replay;

/// <summary>The server's part of a replay: it plays one case at a time and lists what all cases name.</summary>
internal sealed class ReplayServer : IAsyncDisposable
{
    private static readonly string[] Relayed =
    [
        "tools/list", "tools/call", "resources/list", "resources/templates/list", "resources/read", "prompts/list", "prompts/get",
        "completion/complete", "tasks/get", "tasks/update", "tasks/cancel", "tasks/list", "tasks/result",
    ];

    private readonly CorpusCatalogue _catalogue;
    private readonly WebSocketUpstream? _socket;
    private volatile ReplayStep? _step;

    private ReplayServer(CorpusCatalogue catalogue, ScriptedUpstream? http, WebSocketUpstream? socket)
    {
        _catalogue = catalogue;
        _socket = socket;
        Http = http!;
        foreach (var method in Relayed)
        {
            http?.On(method, exchange => PlayAsync(new Conversation(
                exchange.Request, exchange.SendEventAsync, exchange.SendEventsAsync, exchange.SendAsync, id => http.Requests.AnswerAsync(exchange.Request.SessionId, id, exchange.Ended))));
            socket?.On(method, exchange => PlayAsync(new Conversation(
                exchange.Request, exchange.Peer.SendAsync, static _ => throw new NotSupportedException(), exchange.Peer.SendAsync, static _ => throw new NotSupportedException())));
        }
    }

    public ScriptedUpstream Http { get; }

    public Uri Url => _socket?.Url ?? Http.Url;

    public RequestLog Requests => _socket?.Requests ?? Http.Requests;

    public static async Task<ReplayServer> StartAsync(CorpusCatalogue catalogue, Era era, string revision, bool isSocket, CancellationToken cancellationToken)
    {
        var options = new UpstreamOptions
        {
            Era = era == Era.Modern ? UpstreamEra.Modern : UpstreamEra.Legacy,
            ProtocolVersion = revision,
            Capabilities = Declared.ByServer(era),
        };
        return isSocket
            ? new ReplayServer(catalogue, null, await WebSocketUpstream.StartAsync(options, cancellationToken))
            : new ReplayServer(catalogue, await ScriptedUpstream.StartAsync(options, cancellationToken), null);
    }

    /// <summary>Has the next request of the case's method answered as the case says.</summary>
    public ReplayStep Expect(Passage passage) => _step = new ReplayStep(passage);

    public ValueTask DisposeAsync() => _socket?.DisposeAsync() ?? Http.DisposeAsync();

    private async Task PlayAsync(Conversation conversation)
    {
        var request = conversation.Request;
        if (_step is not { } step || !step.IsFor(request))
        {
            await conversation.Answer(_catalogue.Answer(request));
            return;
        }

        step.Received.Enqueue(request);
        var passage = step.Passage;
        var isModern = passage.Server == Era.Modern;
        if (step.Received.Count == 1)
        {
            await SayAsync(conversation, passage);
            if (isModern && passage.Case.Asks.Count > 0)
            {
                await conversation.Answer(Message(request, "result", Asking.InputRequired("\"st\\u00e4te\"", [.. ReplayStep.Questions(passage)])));
                return;
            }
        }

        if (!isModern)
        {
            foreach (var answer in await AskAsync(conversation, passage))
            {
                step.Answers.Enqueue(answer);
            }
        }

        await conversation.Answer(passage.Case.Error is { } error ? Message(request, "error", error.GetRawText()) : Message(request, "result", passage.Result()));
    }

    private static async Task SayAsync(Conversation conversation, Passage passage)
    {
        foreach (var notification in passage.Case.Says)
        {
            var method = notification.GetProperty("method").GetString();
            var members = RawJson.Members(notification.GetProperty("params"), "progressToken");
            var token = method != "notifications/progress" ? "" : conversation.Request.ProgressToken is { } sent ? $"\"progressToken\":{sent}" : null;
            if (token is not null)
            {
                await conversation.Say($$$"""{"jsonrpc":"2.0","method":"{{{method}}}","params":{{{{RawJson.Join(members, token)}}}}}""");
            }
        }
    }

    private static async Task<IEnumerable<JsonElement>> AskAsync(Conversation conversation, Passage passage)
    {
        if (passage.Case.Asks.Count == 0)
        {
            return [];
        }

        var ids = passage.Case.Asks.Select(static _ => Asking.NextId()).ToArray();
        await conversation.SayAtOnce(passage.Case.Asks.Zip(ids, static (ask, id) =>
            $$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{ask.GetProperty("method").GetString()}}","params":{{ask.GetProperty("params").GetRawText()}}}"""));
        return (await Task.WhenAll(ids.Select(conversation.WaitForAnswer))).Select(answer => JsonElement.Parse(answer.Body.Span));
    }

    private static string Message(ReceivedRequest request, string member, string value) => $$"""{"jsonrpc":"2.0","id":{{request.Id}},"{{member}}":{{value}}}""";

    private sealed record Conversation(ReceivedRequest Request, Func<string, Task> Say, Func<IEnumerable<string>, Task> SayAtOnce, Func<string, Task> Answer, Func<string, Task<ReceivedRequest>> WaitForAnswer);
}
