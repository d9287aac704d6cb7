namespace McpRegistry.TestSupport.Upstreams;

/// <summary>
/// A real HTTP server on loopback that speaks MCP at the level of bytes, as its script says. Everything that came is
/// recorded, everything that is open is counted, and every wait is for a signal.
/// </summary>
public sealed class ScriptedUpstream : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Changes _changes = new();
    private readonly PushStreams _streams;
    private readonly SessionTable _sessions;
    private readonly UpstreamEndpoint _endpoint;
    private readonly UpstreamListener _listener;
    private int _disposed;

    private ScriptedUpstream(UpstreamOptions options, int port)
    {
        Requests = new RequestLog(_changes);
        _streams = new PushStreams(_changes);
        _sessions = new SessionTable(_changes);
        IUpstreamProtocol protocol = options.Era == UpstreamEra.Modern
            ? new ModernProtocol(options, _streams)
            : new LegacyProtocol(options, _streams, _sessions);
        _endpoint = new UpstreamEndpoint(protocol, Requests, _changes, _stopping.Token);
        _listener = new UpstreamListener(_endpoint.HandleAsync, port, _changes, idle: options.IdleConnectionTimeout);
    }

    /// <summary>Gets the MCP endpoint. Every path of the server answers alike.</summary>
    public Uri Url { get; private set; } = null!;

    public RequestLog Requests { get; }

    /// <summary>Gets or sets what sees each request first, on every path, and tells whether it has answered it; null for nothing.</summary>
    public Func<UpstreamExchange, Task<bool>>? Guard
    {
        get => _endpoint.Guard;
        set => _endpoint.Guard = value;
    }

    public int OpenConnections => _listener.Connections;

    /// <summary>Gets the exchanges in progress, open streams included.</summary>
    public int OpenRequests => _endpoint.OpenRequests;

    /// <summary>Gets the GET and subscriptions/listen streams in progress.</summary>
    public int OpenStreams => _streams.Count;

    public int OpenSessions => _sessions.Count;

    /// <summary>Starts an upstream. A port other than 0 lets one come back where another was.</summary>
    public static async Task<ScriptedUpstream> StartAsync(UpstreamOptions options, CancellationToken cancellationToken, int port = 0)
    {
        var upstream = new ScriptedUpstream(options, port);
        upstream.Url = await upstream._listener.StartAsync(cancellationToken);
        return upstream;
    }

    /// <summary>Sets or replaces the handler of a method, also while calls are under way; the empty name is that of responses of the client.</summary>
    public ScriptedUpstream On(string method, UpstreamHandler handler)
    {
        _endpoint.Script[method] = handler;
        return this;
    }

    /// <summary>Sends a notification on every open stream that wants it, and returns how many did.</summary>
    public Task<int> PushAsync(string method, string parameters = "{}") => _streams.SendAsync(method, parameters, static _ => true);

    /// <summary>Sends a notification on the open streams whose requests fit, and returns how many these were.</summary>
    public Task<int> PushAsync(string method, string parameters, Func<ReceivedRequest, bool> to) => _streams.SendAsync(method, parameters, to);

    /// <summary>Asks on every open stream, as a legacy server does for what belongs to no call. The id is raw JSON.</summary>
    public Task<int> AskAsync(string id, string method, string parameters = "{}") => _streams.AskAsync(id, method, parameters);

    /// <summary>Tells whether a session has its GET stream.</summary>
    public bool HasStream(string? sessionId) => _streams.Has(sessionId);

    /// <summary>Asks the client something on the GET stream of its session, which is open. The id is raw JSON.</summary>
    public Task AskAsync(string? sessionId, string id, string method, string parameters) => _streams.AskAsync(sessionId, id, method, parameters);

    /// <summary>Ends the open streams in good order: a GET stream without a word, a subscription with its result.</summary>
    public void EndStreams() => _streams.Close(_ => true);

    /// <summary>Resets the connections of the open streams, as a proxy does that restarts; sessions stay.</summary>
    public void CutStreams() => _streams.Cut();

    /// <summary>Forgets all sessions, as a restart of the server does: their streams end, their requests get 404.</summary>
    public void ExpireSessions()
    {
        _sessions.Clear();
        EndStreams();
    }

    /// <summary>Forgets all sessions and leaves their streams open, as a server does that keeps the two apart.</summary>
    public void ForgetSessions() => _sessions.Clear();

    /// <summary>Waits until something about this upstream holds, such as "no connection is open".</summary>
    public Task WaitUntilAsync(Func<ScriptedUpstream, bool> condition, string expected, CancellationToken cancellationToken) =>
        _changes.UntilAsync(() => condition(this), expected, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        await _stopping.CancelAsync();
        await _listener.DisposeAsync();
        _stopping.Dispose();
    }
}
