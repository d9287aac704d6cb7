using System.Security.Cryptography;

namespace McpRegistry.Gateway.Resumption;

/// <summary>The streams of one session and what is kept of them. What needs the lock needs that of the buffer.</summary>
internal sealed class SessionEvents
{
    private readonly EventBuffer _buffer;
    private readonly Queue<LinkedListNode<BufferedEvent>> _events = new();
    private readonly Dictionary<int, EventStream> _streams = [];
    private int _last;

    public SessionEvents(EventBuffer buffer, bool isPrimed, TimeSpan retry)
    {
        _buffer = buffer;
        IsPrimed = isPrimed;
        Retry = retry;
        Unasked = new EventStream(buffer, this, isUnasked: true);
        _streams.Add(0, Unasked);
    }

    /// <summary>Gets what the ids of this session begin with, so that an id of another one is not taken for one of its own.</summary>
    public string Tag { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));

    /// <summary>Gets a value that tells whether streams begin with an event that only brings an id; clients before 2025-11-25 would take it for a message.</summary>
    public bool IsPrimed { get; }

    /// <summary>Gets what the client is told to wait after a cut; zero tells it nothing.</summary>
    public TimeSpan Retry { get; }

    /// <summary>Gets the stream of what belongs to no request. There is one as long as the session lives, whoever hears it.</summary>
    public EventStream Unasked { get; }

    public bool IsClosed { get; set; }

    public long Bytes { get; private set; }

    public int Count => _events.Count;

    /// <summary>Makes the stream of a request.</summary>
    public EventStream Create(IEventConnection connection) => new(_buffer, this, isUnasked: false, connection);

    /// <summary>Reads what a client sends as <c>Last-Event-ID</c>.</summary>
    /// <param name="text">The id.</param>
    /// <param name="stream">Its stream; null when that has ended and nothing of it is kept.</param>
    /// <param name="position">The place in the stream.</param>
    /// <returns>False for an id that no event of this session can have.</returns>
    public bool TryFind(string text, out EventStream? stream, out long position)
    {
        stream = null;
        position = 0;
        if (!EventId.TryParse(text, out var id) || id.Session != Tag || id.Stream > Volatile.Read(ref _last))
        {
            return false;
        }

        position = id.Position;
        stream = _buffer.Find(this, id.Stream);
        return stream is null || position <= stream.Position;
    }

    /// <summary>Frees everything; the session has ended.</summary>
    public void Close() => _buffer.Close(this);

    public int Register_NeedsLock(EventStream stream)
    {
        _streams.Add(++_last, stream);
        return _last;
    }

    /// <summary>Forgets a stream of which nothing is kept and nothing comes.</summary>
    public void Forget_NeedsLock(EventStream stream)
    {
        // One that ended before any client knew of it has the number of the stream that belongs to no request.
        if (stream is { HasEnded: true, Kept: 0 } && Find_NeedsLock(stream.Number) == stream)
        {
            _streams.Remove(stream.Number);
        }
    }

    public EventStream? Find_NeedsLock(int number) => _streams.GetValueOrDefault(number);

    /// <summary>Returns what is kept of a stream behind a position, without the mark of its end.</summary>
    public IReadOnlyList<BufferedEvent> Read_NeedsLock(EventStream stream, long after) =>
        [.. _events.Select(static node => node.Value).Where(kept => ReferenceEquals(kept.Stream, stream) && kept.Position > after && !kept.Json.IsEmpty)];

    public void Add_NeedsLock(LinkedListNode<BufferedEvent> kept)
    {
        _events.Enqueue(kept);
        Bytes += kept.Value.Bytes;
        kept.Value.Stream.Kept++;
    }

    public LinkedListNode<BufferedEvent> Remove_NeedsLock()
    {
        var oldest = _events.Dequeue();
        var stream = oldest.Value.Stream;
        Bytes -= oldest.Value.Bytes;
        stream.Kept--;
        stream.LostThrough = oldest.Value.Position;
        Forget_NeedsLock(stream);
        return oldest;
    }
}
