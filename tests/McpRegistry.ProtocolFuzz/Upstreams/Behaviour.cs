using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using McpRegistry.ProtocolFuzz.Checks;
using McpRegistry.ProtocolFuzz.Grammar;

namespace McpRegistry.ProtocolFuzz.Upstreams;

/// <summary>Decides what a server does about a request: by its name, by the case that the request belongs to, and by what HTTP asks.</summary>
internal sealed class Behaviour(int seed, Conversations conversations)
{
    private readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, long> Counts => _counts;

    public async Task AnswerAsync(ServerRequest request, Performer performer, CancellationToken cancellationToken)
    {
        var isOfCase = request.Server.StartsWith("case-", StringComparison.Ordinal);
        var dice = request.Case is { } number && !FuzzServers.IsGood(request.Server)
            ? Dice.For(seed, number, $"{request.Server} {request.Verb} {request.Method} {request.HasAnswers}")
            : null;
        var isOdd = dice is not null && (!isOfCase || dice.Chance(40));
        _counts.AddOrUpdate($"{request.Server.Split('-')[0]} {(isOdd ? "odd" : "good")}", 1, static (_, count) => count + 1);
        if (request.Verb == "GET")
        {
            await ListenAsync(request, performer, isOdd ? dice : null, cancellationToken);
            return;
        }

        if (request.Verb == "POST" && request.Id is { } id && request.Method.Length == 0)
        {
            conversations.Answered(request.Session, id);
        }

        var acts = isOdd && request.Id is not null && request.Method is not "subscriptions/listen" ? Plans.Odd(request, dice!) : null;
        if (request.IsSse)
        {
            await AnswerSseAsync(request, performer, acts, cancellationToken);
            return;
        }

        if (request.Method == "subscriptions/listen")
        {
            await SubscribeAsync(request, performer, isOdd ? dice : null, cancellationToken);
            return;
        }

        if (request is { IsModern: false, Method: "initialize" })
        {
            performer.Header("Mcp-Session-Id", conversations.Open(request.Server));
        }

        await performer.PerformAsync(acts ?? Proper(request), cancellationToken);
    }

    private IReadOnlyList<Act> Proper(ServerRequest request)
    {
        if (request.Verb == "DELETE")
        {
            conversations.Close(request.Session);
            return [Status(200)];
        }

        return request switch
        {
            { Verb: not "POST" } => [Status(405)],
            { IsModern: false, Method: "server/discover" } => [new Act.Document(400, "application/json", Encoding.UTF8.GetBytes($$$"""{"jsonrpc":"2.0","id":{{{request.Id ?? "null"}}},"error":{"code":-32000,"message":"Bad Request: Server not initialized"}}"""))],
            { IsModern: true, Method: "initialize" } => [Status(404)],
            { IsModern: false, IsSse: false, Method: not "initialize" } when !conversations.Has(request.Session) => [Status(404)],
            { Id: null } or { Method: "" } => [Status(202)],
            _ => Plans.Good(request),
        };
    }

    private async Task ListenAsync(ServerRequest request, Performer performer, Dice? dice, CancellationToken cancellationToken)
    {
        if (request.IsModern || (!request.IsSse && !conversations.Has(request.Session)))
        {
            await performer.PerformAsync([Status(405)], cancellationToken);
            return;
        }

        var sse = request.IsSse ? conversations.Open(request.Server) : null;
        await conversations.HoldAsync(performer, request.Server, sse, async () =>
        {
            await performer.BeginAsync(cancellationToken);
            if (sse is not null)
            {
                await performer.ChunkAsync(Encoding.ASCII.GetBytes($"event: endpoint\ndata: /{request.Server}/post?s={sse}\n\n"), cancellationToken);
            }

            await HoldAsync(performer, dice, cancellationToken);
        });
        conversations.Close(sse);
    }

    private async Task SubscribeAsync(ServerRequest request, Performer performer, Dice? dice, CancellationToken cancellationToken)
    {
        var filter = Json.Member(request.Params, "notifications") is { ValueKind: not JsonValueKind.Undefined } wanted ? wanted.GetRawText() : "{}";
        if (dice?.Chance(30) == true)
        {
            // A server may tell of less than it was asked for.
            filter = dice.Pick("{}", """{"resourceSubscriptions":[]}""", """{"toolsListChanged":true,"resourceSubscriptions":["fuzz://odd-modern/one"]}""");
        }

        await conversations.HoldAsync(performer, request.Server, null, async () =>
        {
            await performer.SendAsync(
                $$$$"""{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"notifications":{{{{filter}}}},"_meta":{"io.modelcontextprotocol/subscriptionId":{{{{request.Id}}}}}}}""", cancellationToken);
            await HoldAsync(performer, dice, cancellationToken);
        });
    }

    /// <summary>Holds a stream; an odd server says things on it first, or ends it soon.</summary>
    private static async Task HoldAsync(Performer performer, Dice? dice, CancellationToken cancellationToken)
    {
        for (var times = dice?.Below(4) ?? 0; times > 0; times--)
        {
            await performer.SendAsync(Plans.Unasked(dice!), cancellationToken);
        }

        if (dice?.Chance(30) == true)
        {
            await performer.PerformAsync([new Act.Wait(TimeSpan.FromMilliseconds(dice.Between(1, 300))), .. dice.Chance(50) ? [new Act.Cut()] : Array.Empty<Act>()], cancellationToken);
            return;
        }

        await performer.HoldAsync(cancellationToken);
    }

    /// <summary>In the oldest transport an answer goes over the stream of the session and the POST gets nothing.</summary>
    private async Task AnswerSseAsync(ServerRequest request, Performer performer, IReadOnlyList<Act>? acts, CancellationToken cancellationToken)
    {
        if (request.Verb != "POST" || conversations.SseOf(request.Session) is not { } stream)
        {
            await performer.PerformAsync([Status(request.Method is "server/discover" or "initialize" ? 405 : 404)], cancellationToken);
            return;
        }

        await performer.PerformAsync([Status(202)], cancellationToken);
        foreach (var act in request.Id is null || request.Method.Length == 0 ? [] : acts ?? Plans.Good(request))
        {
            await PerformOnAsync(stream, act, cancellationToken);
        }
    }

    private static Task PerformOnAsync(Performer stream, Act act, CancellationToken cancellationToken) => act switch
    {
        Act.Document document => stream.SendAsync(Encoding.UTF8.GetString(document.Body), cancellationToken),
        Act.Ask ask => stream.SendAsync(ask.Json, cancellationToken),
        Act.Message or Act.Flood or Act.Bytes or Act.Wait or Act.Cut => stream.PerformOneAsync(act, cancellationToken),
        _ => Task.CompletedTask,
    };

    private static Act.Document Status(int status) => new(status, "", []);
}
