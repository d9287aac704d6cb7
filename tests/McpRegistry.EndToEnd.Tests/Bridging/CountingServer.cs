using System.Collections.Concurrent;
using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;
using McpRegistry.TestSupport.WebSockets;

namespace McpRegistry.EndToEnd.Tests.Bridging;

/// <summary>
/// A legacy server with a counter in each session. During each call it reports, logs, tells who watches the caller's counter, and asks:
/// on the stream of the call, or every other time on that of the session, where it names no call. The result says what it knows.
/// </summary>
internal sealed class CountingServer : IAsyncDisposable
{
    public const string Updated = "notifications/resources/updated";

    private const string Template = """[{"uriTemplate":"test://many/{owner}","name":"many"}]""";

    private readonly ConcurrentDictionary<string, int> _counters = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Func<string, Task<int>>> _tell = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Session, string Uri), byte> _watched = new();
    private readonly IAsyncDisposable _server;

    private CountingServer(IAsyncDisposable server, Uri url)
    {
        _server = server;
        Url = url;
    }

    public Uri Url { get; }

    public static async Task<CountingServer> StartAsync(bool isSocket, CancellationToken cancellationToken) =>
        isSocket ? await StartSocketAsync(cancellationToken) : await StartHttpAsync(isHeardLate: false, cancellationToken);

    /// <summary>Starts one over HTTP that opens no stream of a session before that has been called.</summary>
    public static Task<CountingServer> StartLateAsync(CancellationToken cancellationToken) => StartHttpAsync(isHeardLate: true, cancellationToken);

    /// <summary>Tells whether a call is asked on its own stream; a socket has none for each call.</summary>
    public static bool AsksOnTheCall(bool isSocket, int number) => !isSocket && number % 2 == 0;

    public static string UriOf(string owner) => $"test://many/{owner}";

    /// <summary>What is asked during a call.</summary>
    public static string TextOf(string owner, int number, string session) => $"{owner} {number} {session}";

    /// <summary>Tells the watchers in one session of a part of an owner's counter that no other notification is about; returns how many these are.</summary>
    public Task<int> TellAsync(string session, string owner, int number) => _tell[session](
        $$"""{"uri":"{{UriOf(owner)}}/{{number}}","owner":"{{owner}}","number":{{number}},"session":"{{session}}"}""");

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task<CountingServer> StartHttpAsync(bool isHeardLate, CancellationToken cancellationToken)
    {
        var upstream = await ScriptedServers.StartAsync(Era.Legacy, cancellationToken);
        var server = new CountingServer(upstream, upstream.Url);
        upstream.Guard = isHeardLate ? exchange => HoldBackAsync(upstream, exchange) : null;
        upstream.On("resources/templates/list", ListAnswers.Page("resourceTemplates", Template)).On("tools/call", async exchange =>
        {
            var session = exchange.Request.SessionId!;

            // A gateway waits for the stream only for a while, which a busy machine may need longer for; what is said before it is open is lost.
            await upstream.WaitUntilAsync(up => up.HasStream(session), "the session is heard", exchange.Ended);
            server._tell.TryAdd(session, parameters => upstream.PushAsync(Updated, parameters, request => request.SessionId == session));
            await server.WorkAsync(new Call(exchange.Request, session)
            {
                ProgressAsync = (number, count) => exchange.ProgressAsync(number, count),
                LogAsync = data => exchange.LogAsync("error", data),
                AskAsync = async (question, id) =>
                {
                    await (AsksOnTheCall(isSocket: false, exchange.Request.Params.GetProperty("arguments").GetProperty("number").GetInt32())
                        ? exchange.AskAsync(id, question.Method, question.Params)
                        : upstream.AskAsync(session, id, question.Method, question.Params));
                    return await upstream.Requests.AnswerAsync(session, id, exchange.Ended);
                },
                ResultAsync = exchange.ResultAsync,
            });
        });
        return server;
    }

    private static async Task<bool> HoldBackAsync(ScriptedUpstream upstream, UpstreamExchange exchange)
    {
        if (exchange.Request.Verb == "GET")
        {
            var session = exchange.Request.SessionId;
            await upstream.Requests.WaitAsync(request => request.Method == "tools/call" && request.SessionId == session, "the session is called", exchange.Ended);
        }

        return false;
    }

    private static async Task<CountingServer> StartSocketAsync(CancellationToken cancellationToken)
    {
        var upstream = await WebSocketUpstream.StartAsync(UpstreamOptions.Legacy, cancellationToken);
        var server = new CountingServer(upstream, upstream.Url);
        upstream
            .On("tools/list", static exchange => exchange.ResultAsync($$"""{"tools":[{{ScriptedServers.Tool}}]}"""))
            .On("resources/list", static exchange => exchange.ResultAsync("""{"resources":[]}"""))
            .On("resources/templates/list", static exchange => exchange.ResultAsync($$"""{"resourceTemplates":{{Template}}}"""))
            .On("prompts/list", static exchange => exchange.ResultAsync("""{"prompts":[]}"""))
            .On("resources/unsubscribe", static exchange => exchange.ResultAsync("{}"))
            .On("resources/subscribe", exchange =>
            {
                server._watched.TryAdd((Session(exchange.Peer), exchange.Request.Params.GetProperty("uri").GetString()!), 0);
                return exchange.ResultAsync("{}");
            })
            .On("tools/call", exchange =>
            {
                var (peer, session) = (exchange.Peer, Session(exchange.Peer));
                server._tell.TryAdd(session, async parameters =>
                {
                    var uri = UriOf(JsonElement.Parse(parameters).GetProperty("owner").GetString()!);
                    if (!server._watched.ContainsKey((session, uri)))
                    {
                        return 0;
                    }

                    await peer.SendAsync($$"""{"jsonrpc":"2.0","method":"{{Updated}}","params":{{parameters}}}""");
                    return 1;
                });
                return server.WorkAsync(new Call(exchange.Request, session)
                {
                    ProgressAsync = (number, _) => exchange.ProgressAsync(number),
                    LogAsync = data => exchange.NotifyAsync("notifications/message", $$"""{"level":"error","data":{{data}}}"""),
                    AskAsync = async (question, id) =>
                    {
                        await peer.SendAsync($$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{question.Method}}","params":{{question.Params}}}""");
                        return await upstream.Requests.AnswerAsync(null, id, cancellationToken);
                    },
                    ResultAsync = exchange.ResultAsync,
                });
            });
        return server;
    }

    private static string Session(WebSocketPeer peer) => $"socket-{peer.Number}";

    private async Task WorkAsync(Call call)
    {
        var arguments = call.Request.Params.GetProperty("arguments");
        var (owner, number) = (arguments.GetProperty("owner").GetString()!, arguments.GetProperty("number").GetInt32());
        var count = _counters.AddOrUpdate(call.Session, 1, static (_, before) => before + 1);
        await call.ProgressAsync(number, count);
        await call.LogAsync($"\"{owner} {number}\"");
        var watching = await TellAsync(call.Session, owner, number);
        var question = Question.Form with { Params = $$"""{"message":"{{TextOf(owner, number, call.Session)}}","requestedSchema":{"type":"object"} }""" };
        var answer = Asking.Outcome(await call.AskAsync(question, Asking.NextId()));
        await call.ResultAsync($$"""{"content":[],"owner":"{{owner}}","number":{{number}},"session":"{{call.Session}}","count":{{count}},"watching":{{watching}},"answer":{{answer}}}""");
    }

    private sealed record Call(ReceivedRequest Request, string Session)
    {
        public required Func<int, int, Task> ProgressAsync { get; init; }

        public required Func<string, Task> LogAsync { get; init; }

        public required Func<Question, string, Task<ReceivedRequest>> AskAsync { get; init; }

        public required Func<string, Task> ResultAsync { get; init; }
    }
}
