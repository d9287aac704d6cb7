using McpRegistry.Discovery;
using McpRegistry.Telemetry;

namespace McpRegistry.Upstream;

/// <summary>
/// One owner's session. <see cref="Users"/>, <see cref="LastUsed"/>, <see cref="IsDropped"/> and <see cref="IsLossNoted"/> belong to the pool's lock.
/// </summary>
internal sealed class PooledSession : IAsyncDisposable
{
    /// <summary>How long the first call waits for the stream: some servers send its head with its first event only.</summary>
    public static readonly TimeSpan LongestDeafness = TimeSpan.FromSeconds(1);

    private readonly SessionPool _pool;
    private readonly TimeProvider _time;
    private readonly ClientProfile _profile;
    private readonly Task<ConnectResult> _opening;
    private readonly SessionWatch _watch = new();
    private readonly CancellationTokenSource _unwanted = new();
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _ownerEnds;
    private Task? _hearing;
    private volatile UpstreamConnection? _connection;
    private volatile bool _failed;
    private volatile bool _wasLent;

    public PooledSession(SessionPool pool, SessionKey key, ClientProfile profile, Func<PooledSession, Task<ConnectResult>> open, TimeProvider time)
    {
        _pool = pool;
        _time = time;
        _profile = profile;
        Key = key;
        Unwanted = _unwanted.Token;
        _opening = NoteAsync(open(this));
    }

    public SessionKey Key { get; }

    /// <summary>Gets what is cancelled when the session is closed: an opening that is still under way then is of no use to anybody.</summary>
    public CancellationToken Unwanted { get; }

    /// <summary>Gets what ends when its endpoint is asked to open it, or never will be; until then it waits for others that are opened.</summary>
    public Task Begun => _begun.Task;

    /// <summary>Gets the session of a client that has this one for itself; null when it is shared by all of the principal's.</summary>
    public IClientSession? Client { get; private set; }

    public int Users { get; set; }

    public long LastUsed { get; set; }

    /// <summary>Gets or sets a value that tells whether the session is out of the pool and closes with its last user.</summary>
    public bool IsDropped { get; set; }

    /// <summary>Gets or sets a value that tells whether the owner's next call is to be told that the session is lost.</summary>
    public bool IsLossNoted { get; set; }

    /// <summary>
    /// Gets a value that tells whether the session is of no use any more: it could not be opened, perhaps after everybody had
    /// stopped waiting, or its connection has ended, as that of a process that died meanwhile.
    /// </summary>
    public bool HasEnded => _failed || _connection is { HasEnded: true };

    /// <summary>Gets a value that tells whether the session is open.</summary>
    public bool IsReady => _connection is { HasEnded: false };

    /// <summary>Gets a value that tells whether its owner ever had it, so that the server may have kept something in it.</summary>
    public bool WasLent => _wasLent;

    /// <summary>Lends the session when it is open.</summary>
    /// <param name="isCall">Whether it is for a call: the server must be heard first if it may ask, and the client is told in the answer if the session is lost.</param>
    /// <param name="report">Takes the faults that concern the server.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<LeaseResult> LendAsync(bool isCall, Action<UpstreamFault> report, CancellationToken cancellationToken)
    {
        ConnectResult opened;
        try
        {
            opened = await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _pool.Return(this);
            throw;
        }
        catch (Exception exception)
        {
            // Whatever it was, the session must neither stay busy nor be given to the next call.
            _pool.Drop(this);
            _pool.Return(this);
            return exception is OperationCanceledException
                ? SessionPool.Closed
                : new UpstreamFault(FaultReasons.Unreachable, "The session could not be opened.");
        }

        if (opened.Connected)
        {
            if (isCall && _profile.CanBeAsked)
            {
                await HearAsync(opened.Connection).ConfigureAwait(false);
            }

            _wasLent = true;
            return new Lease(this, opened.Connection, report, _pool, isCall);
        }

        _pool.Drop(this);
        _pool.Return(this);
        return opened.Fault;
    }

    /// <summary>Has the session end with the client's own.</summary>
    /// <param name="client">The client's session.</param>
    /// <param name="ownerEnded">Tells when that ends.</param>
    public void EndWith(IClientSession? client, CancellationToken ownerEnded)
    {
        Client = client;
        _ownerEnds = ownerEnded.UnsafeRegister(static session => ((PooledSession)session!).End(), this);
    }

    /// <summary>Notes that its endpoint is asked to open it.</summary>
    public void Begin() => _begun.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _ownerEnds.DisposeAsync().ConfigureAwait(false);
        await _watch.DisposeAsync().ConfigureAwait(false);
        await _unwanted.CancelAsync().ConfigureAwait(false);
        try
        {
            var opened = await _opening.ConfigureAwait(false);
            if (opened.Connected)
            {
                _pool.Counts.Close();
                await opened.Connection.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception)
        {
            // The session never opened, or the server is gone already: nothing is left to close.
        }

        _unwanted.Dispose();
    }

    /// <summary>Tells those who listen to the session that it ends.</summary>
    public void EndWatch() => _ = Detached.Run(() => _watch.DisposeAsync().AsTask());

    private void End() => _pool.Drop(this);

    /// <summary>Notes how the opening ends also when nobody waits for it any more.</summary>
    private async Task<ConnectResult> NoteAsync(Task<ConnectResult> opening)
    {
        try
        {
            var opened = await opening.ConfigureAwait(false);
            _connection = opened.Connection;
            _failed = !opened.Connected;
            return opened;
        }
        catch
        {
            _failed = true;
            throw;
        }
        finally
        {
            Begin();
        }
    }

    /// <summary>
    /// Some servers ask only on the stream that belongs to no call; what they ask before it is open is lost, and they wait for
    /// an answer without end. One that has ended is opened again, for which no call waits.
    /// </summary>
    private async Task HearAsync(UpstreamConnection connection)
    {
        var opening = _watch.Start(connection);
        if (!opening.IsCompleted)
        {
            await (_hearing ??= WaitAsync(opening)).ConfigureAwait(false);
        }
    }

    private async Task WaitAsync(Task opening)
    {
        try
        {
            await opening.WaitAsync(LongestDeafness, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // It goes on opening.
        }
    }

    private sealed class Lease(PooledSession session, UpstreamConnection connection, Action<UpstreamFault> report, SessionPool pool, bool isCall)
        : ConnectionLease(connection)
    {
        private int _returned;

        public override IDisposable Listen(IUpstreamListener listener) => session._watch.Listen(Connection, listener);

        public override UpstreamFault Report(UpstreamFault fault)
        {
            if (!fault.MeansDown)
            {
                return fault;
            }

            if (!fault.EndsSession)
            {
                // Else the server has answered, and what it said is about this session.
                report(fault);
            }

            return !Connection.OutlivesItsStreams || fault.ContradictsEra || fault.Reason == FaultReasons.SessionLost ? pool.Lose(session, fault, isCall) : fault;
        }

        protected override object CrashesWith => session.Key.Principal;

        protected override void Return()
        {
            if (Interlocked.Exchange(ref _returned, 1) == 0)
            {
                pool.Return(session);
            }
        }
    }
}
