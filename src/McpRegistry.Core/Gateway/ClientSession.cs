using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using McpRegistry.Gateway.Bridging;
using McpRegistry.Gateway.Resumption;
using McpRegistry.Protocol;
using McpRegistry.Tenancy;
using McpRegistry.Upstream;

namespace McpRegistry.Gateway;

/// <summary>A session of a legacy client. Bound to its principal and to the endpoint it was opened at.</summary>
internal sealed class ClientSession(
    string id, string principalId, string? alias, string revision, ClientProfile profile, TimeProvider time, SessionEvents? events = null, TenantId tenant = default) : IClientSession, IDisposable
{
    /// <summary>So far below zero that no number of requests leads out of it.</summary>
    private const int Retired = int.MinValue / 2;

    private readonly ConcurrentDictionary<string, RunningRequest> _running = new(StringComparer.Ordinal);

    [SuppressMessage("Usage", "CA2213", Justification = "Requests that end later still ask for its token; it holds no timer.")]
    private readonly CancellationTokenSource _ending = new();
    private volatile ClientStream? _stream;
    private int _users;
    private volatile bool _ended;
    private volatile bool _hostStops;
    private volatile bool _isLost;

    public string Id => id;

    public string PrincipalId => principalId;

    /// <summary>Gets the tenant in whose name the client called.</summary>
    public TenantId Tenant => tenant;

    public string? Alias => alias;

    public string Revision => revision;

    /// <summary>Gets what the client said of itself, with its <c>clientInfo</c> as it came.</summary>
    public ClientProfile Profile => profile;

    /// <summary>Tells whether the client can be asked this: it said so, and its revision has such questions.</summary>
    public bool Answers(McpMethod method, ReadOnlySpan<byte> parameters) =>
        profile.Answers(method, parameters)
        && !(ProtocolRevision.IsBefore(revision, ProtocolRevision.NewestLegacy) && JsonMembers.FindText(parameters, "mode"u8) == "url");

    /// <summary>Gets what the client is being asked.</summary>
    public ClientQuestions Questions { get; } = new();

    /// <summary>Gets the streams of the session, for a client that comes back for one; null when nothing is kept of them.</summary>
    public SessionEvents? Events => events;

    /// <summary>Gets a token that is cancelled when the session ends.</summary>
    public CancellationToken Ended => _ending.Token;

    /// <summary>Gets or sets the level of <c>logging/setLevel</c>; null before the client chose one.</summary>
    public LogLevel? LogLevel { get; set; }

    /// <summary>Gets when the session was last used, or a use of it ended, as a timestamp of its time provider.</summary>
    public long LastUsed { get; private set; } = time.GetTimestamp();

    /// <summary>Gets the stream that the client opened for what belongs to no request; null while there is none.</summary>
    public ClientStream? Stream => _stream;

    /// <summary>Gets a value that tells whether a request is running.</summary>
    public bool IsRunning => Volatile.Read(ref _users) > 0;

    /// <summary>Gets a value that tells whether a request is running or the client listens, which keeps the session alive.</summary>
    public bool IsBusy => IsRunning || _stream is not null;

    /// <summary>Gets a value that tells whether the session has ended, or is about to; asked after <see cref="Begin"/>, whether the request came too late.</summary>
    public bool HasEnded => _ended || Volatile.Read(ref _users) < 0;

    /// <summary>Gets what takes the session out of those that are known, and ends it.</summary>
    public Action<ClientSession>? Closing { get; init; }

    /// <summary>Notes that the session is used now.</summary>
    public void Touch() => LastUsed = time.GetTimestamp();

    /// <summary>Opens the stream for what belongs to no request, and ends the one before.</summary>
    public ClientStream Attach(IAnswerStream stream)
    {
        var attached = new ClientStream(stream);
        Interlocked.Exchange(ref _stream, attached)?.Dispose();
        if (_ended)
        {
            attached.Dispose();
        }

        return attached;
    }

    /// <summary>Forgets a stream that its client closed.</summary>
    public void Detach(ClientStream stream)
    {
        // First: a session that is seen to be idle must not look as if it had been so all the time.
        Touch();
        Interlocked.CompareExchange(ref _stream, null, stream);
    }

    /// <summary>Has the session take no more requests, for it is to end as an idle one. False when one has begun meanwhile: that may not be lost.</summary>
    public bool TryRetire() => !IsBusy && Interlocked.CompareExchange(ref _users, Retired, 0) <= 0;

    /// <summary>Begins a request.</summary>
    /// <param name="requestId">Its raw JSON id.</param>
    /// <param name="clientGone">Tells when the connection that waits for the answer is lost.</param>
    /// <returns>A source that a cancellation notification cancels; null when the id is in use.</returns>
    public CancellationTokenSource? Begin(string requestId, CancellationToken clientGone = default)
    {
        var source = new CancellationTokenSource();
        var request = new RunningRequest(source, clientGone);
        if (!_running.TryAdd(requestId, request))
        {
            source.Dispose();
            return null;
        }

        Interlocked.Increment(ref _users);
        if (_ended)
        {
            source.Cancel();
        }

        if (_hostStops)
        {
            CancelWithClient(request);
        }

        return source;
    }

    /// <summary>
    /// Lets requests end with their client from now on: elsewhere they outlive it, but the host, which waits for them to stop, has
    /// nobody left to whom it could give the answer.
    /// </summary>
    public void HostStops()
    {
        _hostStops = true;
        foreach (var request in _running.Values)
        {
            CancelWithClient(request);
        }
    }

    public void End(string requestId)
    {
        if (_running.TryRemove(requestId, out var request))
        {
            request.Source.Dispose();
            Touch();
            Interlocked.Decrement(ref _users);
        }
    }

    /// <summary>Cancels a running request at the client's wish; one that has ended meanwhile needs nothing.</summary>
    public void Cancel(string requestId)
    {
        if (_running.TryGetValue(requestId, out var request))
        {
            request.IsWithdrawn = true;
            CancelOrIgnore(request.Source);
        }
    }

    /// <summary>Tells whether a running request was cancelled because a server has lost what it kept for the session, so that the client still waits for an answer.</summary>
    public bool HasLost(string requestId) => _isLost && _ended && !(_running.TryGetValue(requestId, out var request) && request.IsWithdrawn);

    public void Close()
    {
        // What has ended stays lost or not: its sessions at other servers end with it, which may count as lost there and come back here.
        _isLost |= !_ended;
        if (Closing is { } closing)
        {
            closing(this);
        }
        else
        {
            Dispose();
        }
    }

    /// <summary>Ends the session and cancels what runs in it.</summary>
    public void Dispose()
    {
        _ended = true;
        foreach (var request in _running.Values)
        {
            CancelOrIgnore(request.Source);
        }

        _stream?.Dispose();
        events?.Close();
        _ending.Cancel();
    }

    private static void CancelOrIgnore(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The request ended between the look-up and here.
        }
    }

    private static void CancelWithClient(RunningRequest request)
    {
        try
        {
            request.ClientGone.Register(static source => CancelOrIgnore((CancellationTokenSource)source!), request.Source);
        }
        catch (ObjectDisposedException)
        {
            // The request ended between the look-up and here.
        }
    }

    private sealed class RunningRequest(CancellationTokenSource source, CancellationToken clientGone)
    {
        private volatile bool _isWithdrawn;

        public CancellationTokenSource Source => source;

        public CancellationToken ClientGone => clientGone;

        /// <summary>Gets or sets a value that tells whether the client itself has cancelled it.</summary>
        public bool IsWithdrawn
        {
            get => _isWithdrawn;
            set => _isWithdrawn = value;
        }
    }
}
