using System.Collections.Concurrent;
using System.Globalization;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Hosting;

/// <summary>A server over HTTP+SSE with one tool, each of whose streams is a session with a URL for its messages.</summary>
internal sealed class SseServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, UpstreamExchange> _sessions = new(StringComparer.Ordinal);
    private int _lastSession;

    private SseServer(ScriptedUpstream upstream)
    {
        Upstream = upstream;
        upstream.Guard = AnswerAsync;
    }

    public ScriptedUpstream Upstream { get; }

    /// <summary>Gets or sets what sees each call of the tool first, and tells whether it has dealt with it.</summary>
    public Func<UpstreamExchange, Task<bool>> Calls { get; set; } = static _ => Task.FromResult(false);

    public static async Task<SseServer> StartAsync(CancellationToken cancellationToken) =>
        new(await ScriptedServers.StartAsync(Era.Legacy, cancellationToken));

    /// <summary>Answers a call.</summary>
    public Task AnswerAsync(ReceivedRequest call) => _sessions[call.Path].SendEventAsync($$"""{"jsonrpc":"2.0","id":{{call.Id}},{{AnswerTo(call.Method)}}}""");

    /// <summary>Forgets the sessions; their streams stay open.</summary>
    public void Forget() => _sessions.Clear();

    public ValueTask DisposeAsync() => Upstream.DisposeAsync();

    private async Task<bool> AnswerAsync(UpstreamExchange exchange)
    {
        if (exchange.Request.Verb == "GET")
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"/post/{Interlocked.Increment(ref _lastSession)}");
            _sessions[path] = exchange;
            await exchange.BeginStreamAsync();
            await exchange.WriteAsync(System.Text.Encoding.UTF8.GetBytes($"event: endpoint\ndata: {path}\n\n"));
            await Answers.Never(exchange);
        }

        if (!_sessions.ContainsKey(exchange.Request.Path))
        {
            await exchange.StatusAsync(404);
            return true;
        }

        if (exchange.Request.Method == "tools/call" && await Calls(exchange))
        {
            return true;
        }

        // So that each message needs a connection of its own.
        exchange.Header("Connection", "close");
        await exchange.StatusAsync(202);
        if (exchange.Request.Id is not null)
        {
            await AnswerAsync(exchange.Request);
        }

        return true;
    }

    private static string AnswerTo(string method) => method switch
    {
        "initialize" => "\"result\":{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"old\",\"version\":\"1\"}}",
        "tools/list" => $"\"result\":{{\"tools\":[{ScriptedServers.Tool}]}}",
        "tools/call" => "\"result\":{\"content\":[]}",
        "ping" => "\"result\":{}",
        _ => "\"error\":{\"code\":-32601,\"message\":\"Method not found\"}",
    };
}
