using McpRegistry.Protocol;
using Microsoft.Extensions.Options;

namespace McpRegistry.Gateway.Resumption;

/// <summary>
/// Keeps what the streams of legacy sessions said, for clients that come back with <c>Last-Event-ID</c>: bounded for each
/// session and for all, the oldest events make room.
/// </summary>
internal sealed class EventBuffer : IDisposable
{
    private readonly Lock _lock = new();
    private readonly LinkedList<BufferedEvent> _events = new();
    private readonly EventBufferOptions _options;
    private readonly EventInstruments _instruments;
    private readonly TimeProvider _time;
    private readonly ITimer? _sweep;
    private long _bytes;

    public EventBuffer(IOptions<EventBufferOptions> options, EventInstruments instruments, TimeProvider time)
    {
        _options = options.Value;
        _instruments = instruments;
        _time = time;
        if (_options.Enabled)
        {
            var period = _options.MaxAge / 4;
            _sweep = time.CreateTimer(static buffer => ((EventBuffer)buffer!).Sweep(), this, period, period);
            instruments.Observe(() => Bytes, () => Count);
        }
    }

    public long Bytes => Volatile.Read(ref _bytes);

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _events.Count;
            }
        }
    }

    /// <summary>Makes the events of a new session; null when none are kept.</summary>
    public SessionEvents? Open(string revision) => _options.Enabled
        ? new SessionEvents(this, isPrimed: revision == ProtocolRevision.NewestLegacy, _options.RetryInterval)
        : null;

    /// <summary>Gives a stream its number, with which clients can come back to it.</summary>
    public int Register(EventStream stream)
    {
        lock (_lock)
        {
            return stream.Session.Register_NeedsLock(stream);
        }
    }

    /// <summary>Notes that a stream says nothing more.</summary>
    public void End(EventStream stream)
    {
        lock (_lock)
        {
            stream.Session.Forget_NeedsLock(stream);
        }
    }

    /// <summary>Keeps an event; one that is larger than the bounds is lost at once.</summary>
    /// <returns>Whether it is kept.</returns>
    public bool Keep(EventStream stream, long position, ReadOnlySpan<byte> json)
    {
        var session = stream.Session;
        var kept = new BufferedEvent(stream, position, json.ToArray(), _time.GetTimestamp());
        lock (_lock)
        {
            if (session.IsClosed)
            {
                return false;
            }

            Expire_NeedsLock();
            session.Add_NeedsLock(_events.AddLast(kept));
            _bytes += kept.Bytes;
            while (session.Count > _options.MaxEventsPerSession || session.Bytes > _options.MaxBytesPerSession)
            {
                Evict_NeedsLock(session);
            }

            while (_bytes > _options.MaxBytes)
            {
                Evict_NeedsLock(_events.First!.Value.Stream.Session);
            }

            return stream.LostThrough < position;
        }
    }

    /// <summary>Finds the stream of an id of this session; null when it has ended and nothing of it is kept.</summary>
    public EventStream? Find(SessionEvents session, int number)
    {
        lock (_lock)
        {
            return session.Find_NeedsLock(number);
        }
    }

    /// <summary>Returns what is kept of a stream behind a position.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="after">The position.</param>
    /// <param name="isLost">Whether events behind it are not there any more.</param>
    public IReadOnlyList<BufferedEvent> Read(EventStream stream, long after, out bool isLost)
    {
        lock (_lock)
        {
            Expire_NeedsLock();
            isLost = after < stream.LostThrough;
            return stream.Session.Read_NeedsLock(stream, after);
        }
    }

    /// <summary>Frees what a session that has ended still keeps.</summary>
    public void Close(SessionEvents session)
    {
        lock (_lock)
        {
            session.IsClosed = true;
            while (session.Count > 0)
            {
                Remove_NeedsLock(session);
            }
        }
    }

    public void Resumed(bool isLost)
    {
        if (isLost)
        {
            _instruments.Lost();
        }
        else
        {
            _instruments.Resumed();
        }
    }

    public void Dispose() => _sweep?.Dispose();

    private void Sweep()
    {
        lock (_lock)
        {
            Expire_NeedsLock();
        }
    }

    private void Expire_NeedsLock()
    {
        while (_events.First is { Value: var oldest } && _time.GetElapsedTime(oldest.Kept) >= _options.MaxAge)
        {
            Remove_NeedsLock(oldest.Stream.Session);
        }
    }

    private void Evict_NeedsLock(SessionEvents session)
    {
        _instruments.Evicted();
        Remove_NeedsLock(session);
    }

    /// <summary>Removes the oldest event of a session. The oldest of all is the oldest of its session, since both are in order of time.</summary>
    private void Remove_NeedsLock(SessionEvents session)
    {
        var oldest = session.Remove_NeedsLock();
        _bytes -= oldest.Value.Bytes;
        _events.Remove(oldest);
    }
}
