using System.Diagnostics.CodeAnalysis;

namespace McpRegistry.Gateway.Resumption;

/// <summary>
/// What a client hears of one request, or of none, whichever connection it hears it over. Each message is kept before it is
/// written, so that what is lost with one connection comes with the next; only one connection at a time gets anything.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A late writer may still wait for its turn; a semaphore without a handle holds nothing to release.")]
internal sealed class EventStream(EventBuffer buffer, SessionEvents session, bool isUnasked, IEventConnection? first = null) : IAnswerStream
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private IEventConnection? _connection = first;
    private long _position;
    private long _written;
    private volatile bool _begun;
    private volatile bool _ended;

    public SessionEvents Session => session;

    /// <summary>Gets a value that tells whether this is the stream of what belongs to no request.</summary>
    public bool IsUnasked => isUnasked;

    /// <summary>Gets the number in the session; 0 for the stream that belongs to no request and for one that no client knows of yet.</summary>
    public int Number { get; private set; }

    /// <summary>Gets the position of the last event.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>Gets or sets how many of its events are kept. Needs the lock of the buffer.</summary>
    public int Kept { get; set; }

    /// <summary>Gets or sets the last position of which the event is not kept any more. Needs the lock of the buffer.</summary>
    public long LostThrough { get; set; }

    /// <summary>Gets a value that tells whether the client knows an id of it, with which it can come back.</summary>
    public bool HasBegun => _begun;

    public bool HasEnded => _ended;

    /// <summary>Gets a task that ends when the last event was sent.</summary>
    public Task Ended => _end.Task;

    public bool IsOpen => !_ended && (_begun || Volatile.Read(ref _connection) is { IsOpen: true });

    /// <summary>Brings the client an id before there is a message, if its revision has that: what is cut from here on can be resumed.</summary>
    public async ValueTask BeginAsync()
    {
        if (session.IsPrimed)
        {
            await InTurnAsync(static (stream, _, cancellation) => stream.TryBeginAsync_NeedsTurn(cancellation), default, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Keeps a message and sends it to whoever is there. A client that can never come back for it does not get it.</summary>
    public ValueTask SendAsync(ReadOnlyMemory<byte> notification, CancellationToken cancellationToken) =>
        new(TrySendAsync(notification, cancellationToken).AsTask());

    /// <summary>Keeps a message and sends it to whoever is there, as <see cref="SendAsync"/> does.</summary>
    /// <returns>False when it was neither written nor kept.</returns>
    public ValueTask<bool> TrySendAsync(ReadOnlyMemory<byte> question, CancellationToken cancellationToken) =>
        // Who pumps the unasked stream stops with the connection, and what it has taken must not be lost between two of them.
        InTurnAsync(static (stream, json, cancellation) => stream.TrySendAsync_NeedsTurn(json, cancellation), question, isUnasked ? CancellationToken.None : cancellationToken);

    /// <summary>Ends the stream with an answer.</summary>
    /// <returns>False when nothing was said before, so that the answer needs no stream. The stream has ended all the same.</returns>
    public ValueTask<bool> TryEndAsync(ReadOnlyMemory<byte> answer) => InTurnAsync(
        static async (stream, json, cancellation) =>
        {
            var hasBegun = stream._begun;
            if (hasBegun)
            {
                await stream.TrySendAsync_NeedsTurn(json, cancellation).ConfigureAwait(false);
            }

            stream.End_NeedsTurn();
            return hasBegun;
        },
        answer,
        CancellationToken.None);

    /// <summary>Ends the stream without an answer.</summary>
    public async ValueTask EndAsync() => await InTurnAsync(
        static (stream, _, _) =>
        {
            if (stream._begun)
            {
                // Keeps the stream known, so that a client that comes back hears that it is over.
                stream.Keep_NeedsTurn(default, out _);
            }

            stream.End_NeedsTurn();
            return ValueTask.FromResult(true);
        },
        default,
        CancellationToken.None).ConfigureAwait(false);

    /// <summary>Has a connection take over: it gets what is kept behind a position, and then what comes. The one before is closed.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="after">The last position that the client has; null for one that knows none and has what was written.</param>
    /// <param name="cancellationToken">Ends the wait and the sending.</param>
    public async ValueTask<AttachOutcome> AttachAsync(IEventConnection connection, long? after, CancellationToken cancellationToken)
    {
        buffer.Read(this, after ?? 0, out var isLost);
        if (isLost && !isUnasked)
        {
            return AttachOutcome.Lost;
        }

        // It may be in the middle of a write to a client that takes nothing any more.
        Volatile.Read(ref _connection)?.Close();
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var missed = buffer.Read(this, after ?? _written, out isLost);
            if (isLost && !isUnasked)
            {
                return AttachOutcome.Lost;
            }

            if (_ended && missed.Count == 0)
            {
                return AttachOutcome.Over;
            }

            Interlocked.Exchange(ref _connection, connection)?.Close();
            _begun = true;
            foreach (var kept in missed)
            {
                await TryWriteAsync_NeedsTurn(kept.Position, kept.Json, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            }

            if (missed.Count == 0)
            {
                await StartAsync_NeedsTurn(cancellationToken).ConfigureAwait(false);
            }

            return isLost ? AttachOutcome.AttachedWithGap : AttachOutcome.Attached;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Forgets a connection that its client closed.</summary>
    public void Detach(IEventConnection connection) => Interlocked.CompareExchange(ref _connection, null, connection);

    /// <returns>What was done says; false when the stream had ended.</returns>
    private async ValueTask<bool> InTurnAsync(
        Func<EventStream, ReadOnlyMemory<byte>, CancellationToken, ValueTask<bool>> act, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return !_ended && await act(this, json, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async ValueTask<bool> TrySendAsync_NeedsTurn(ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        if (!await TryBeginAsync_NeedsTurn(cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        var position = Keep_NeedsTurn(json.Span, out var isKept);
        return await TryWriteAsync_NeedsTurn(position, json, TimeSpan.Zero, cancellationToken).ConfigureAwait(false) || isKept;
    }

    private long Keep_NeedsTurn(ReadOnlySpan<byte> json, out bool isKept)
    {
        var position = Next_NeedsTurn();
        isKept = buffer.Keep(this, position, json);
        return position;
    }

    /// <returns>Whether the stream has begun, now or before.</returns>
    private async ValueTask<bool> TryBeginAsync_NeedsTurn(CancellationToken cancellationToken)
    {
        if (_begun || Volatile.Read(ref _connection) is not { IsOpen: true })
        {
            // A client that was never told an id cannot come back.
            return _begun;
        }

        _begun = true;
        Number = buffer.Register(this);

        await StartAsync_NeedsTurn(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Begins a connection that there is no message for. An id of its own lets the client come back from here.</summary>
    private async ValueTask StartAsync_NeedsTurn(CancellationToken cancellationToken)
    {
        if (session.IsPrimed)
        {
            await TryWriteAsync_NeedsTurn(Next_NeedsTurn(), default, session.Retry, cancellationToken).ConfigureAwait(false);
        }
        else if (Volatile.Read(ref _connection) is { } connection)
        {
            await connection.StartAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <returns>False when nobody is there.</returns>
    private async ValueTask<bool> TryWriteAsync_NeedsTurn(long position, ReadOnlyMemory<byte> json, TimeSpan retry, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _connection) is not { } connection)
        {
            return false;
        }

        if (!await connection.WriteAsync(new EventId(session.Tag, Number, position), json, retry, cancellationToken).ConfigureAwait(false))
        {
            Detach(connection);
            return false;
        }

        _written = position;
        return true;
    }

    private long Next_NeedsTurn()
    {
        Volatile.Write(ref _position, _position + 1);
        return _position;
    }

    private void End_NeedsTurn()
    {
        _ended = true;
        Volatile.Write(ref _connection, null);
        buffer.End(this);
        _end.TrySetResult();
    }
}
