using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.SoakDrill;

/// <summary>A legacy and a modern upstream, which count what the gateway has open with them.</summary>
internal sealed class DrillUpstreams : IAsyncDisposable
{
    public const string Old = "old";
    public const string New = "new";

    private const string Tools = """{"name":"work","inputSchema":{"type":"object"}},{"name":"hang","inputSchema":{"type":"object"}},{"name":"ask","inputSchema":{"type":"object"}}""";
    private const string More = """,{"name":"more","inputSchema":{"type":"object"}}""";
    private const string Updated = "notifications/resources/updated";

    private readonly ScriptedUpstream _old;
    private readonly ScriptedUpstream _new;
    private bool _hasMore;

    private DrillUpstreams(ScriptedUpstream old, ScriptedUpstream @new)
    {
        _old = Script(old, Old, "");
        _new = Script(@new, New, """ "resultType":"complete", """);
    }

    public Uri OldUrl => _old.Url;

    public Uri NewUrl => _new.Url;

    public int Sessions => _old.OpenSessions;

    public int Streams => _old.OpenStreams + _new.OpenStreams;

    /// <summary>Gets the calls that run; the streams are not among them.</summary>
    public int Calls => _old.OpenRequests + _new.OpenRequests - Streams;

    public int Connections => _old.OpenConnections + _new.OpenConnections;

    public static async Task<DrillUpstreams> StartAsync(TimeSpan idleConnection) => new(
        await ScriptedUpstream.StartAsync(UpstreamOptions.Legacy with { IdleConnectionTimeout = idleConnection }, CancellationToken.None),
        await ScriptedUpstream.StartAsync(UpstreamOptions.Modern with { IdleConnectionTimeout = idleConnection }, CancellationToken.None));

    public static string ResourceOf(string server) => $"test://{server}";

    /// <summary>Changes a resource at each upstream, and its list of tools.</summary>
    public async Task ChangeAsync()
    {
        _hasMore = !_hasMore;
        foreach (var (upstream, server) in ((ScriptedUpstream, string)[])[(_old, Old), (_new, New)])
        {
            await upstream.PushAsync(Updated, $$"""{"uri":"{{ResourceOf(server)}}"}""");
            await upstream.PushAsync("notifications/tools/list_changed");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _old.DisposeAsync();
        await _new.DisposeAsync();
    }

    private ScriptedUpstream Script(ScriptedUpstream upstream, string server, string complete)
    {
        return upstream
            .On("tools/list", exchange => ListAnswers.Page("tools", $"[{Tools}{(_hasMore ? More : "")}]")(exchange))
            .On("prompts/list", ListAnswers.Page("prompts", "[]"))
            .On("resources/list", ListAnswers.Page("resources", $$"""[{"uri":"{{ResourceOf(server)}}","name":"{{server}}"}]"""))
            .On("resources/templates/list", ListAnswers.Page("resourceTemplates", "[]"))
            .On("tools/call", exchange => CallAsync(upstream, exchange, complete));
    }

    private static async Task CallAsync(ScriptedUpstream upstream, UpstreamExchange exchange, string complete)
    {
        switch (exchange.Request.Params.GetProperty("name").GetString())
        {
            case "hang":
                await Answers.Never(exchange);
                break;
            case "ask":
                var id = $"\"ask-{Guid.CreateVersion7():N}\"";
                await exchange.AskAsync(id, "elicitation/create", """{"message":"Who?","requestedSchema":{"type":"object","properties":{}}}""");
                await upstream.Requests.AnswerAsync(exchange.Request.SessionId, id, exchange.Ended);
                break;
        }

        await exchange.ResultAsync($$"""{ {{complete}} "content":[{"type":"text","text":"done"}]}""");
    }
}
