using McpRegistry.Snapshots;

namespace McpRegistry.Watching;

/// <summary>
/// What one client has still to hear. Changes are sets and everything else is bounded, so that a client that reads slowly or
/// not at all costs a bounded amount of memory; what it hears late is still true.
/// </summary>
internal sealed class NotificationOutbox : IDisposable
{
    private const int MaxOthers = 256;
    private const int MaxOtherBytes = 1024 * 1024;

    /// <summary>More than a URI and a little <c>_meta</c> is not worth keeping for a slow reader.</summary>
    private const int MaxParameterBytes = 4096;

    private readonly Lock _lock = new();
    private readonly Pulse _ready = new();
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _resources = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _tasks = new(StringComparer.Ordinal);
    private readonly Queue<ReadOnlyMemory<byte>> _others = new();
    private readonly ChangeDebouncer _lists;
    private readonly int _maxResources;
    private int _otherBytes;

    public NotificationOutbox(TimeSpan debounce, int maxResources, TimeProvider time)
    {
        _maxResources = maxResources;
        _lists = new ChangeDebouncer(debounce, time, _ready.Raise);
    }

    /// <summary>Adds lists that changed; each is sent when its changes have been gathered for a moment.</summary>
    public void Changed(ListKinds kinds) => _lists.Add(kinds);

    /// <summary>Adds a resource that changed. Beyond the bound a further one is lost; only parts of what is watched can be so many.</summary>
    public void Updated(string uri, ReadOnlyMemory<byte> parameters)
    {
        lock (_lock)
        {
            var isKnown = _resources.TryGetValue(uri, out var known);
            if (isKnown || _resources.Count < _maxResources)
            {
                // What the server said is worth more than that something may have been missed.
                _resources[uri] = parameters.IsEmpty || parameters.Length > MaxParameterBytes ? known : parameters;
            }
        }

        _ready.Raise();
    }

    /// <summary>
    /// Adds what a task has become. Only the latest state counts, and it is never dropped: nobody would say it again. So there are as
    /// many as the client has subscribed to.
    /// </summary>
    /// <param name="id">The task; one that the client has subscribed to.</param>
    /// <param name="notification">The whole message.</param>
    public void TaskChanged(string id, ReadOnlyMemory<byte> notification)
    {
        lock (_lock)
        {
            _tasks[id] = notification;
        }

        _ready.Raise();
    }

    /// <summary>Adds a whole message; the oldest ones make room.</summary>
    public void Add(ReadOnlyMemory<byte> notification)
    {
        if (notification.Length > MaxOtherBytes)
        {
            return;
        }

        lock (_lock)
        {
            Add_NeedsLock(notification);
        }

        _ready.Raise();
    }

    /// <summary>Waits until there is something to send and takes all of it. One taker at a time.</summary>
    public async ValueTask<OutgoingNotifications> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var taken = Take();
            if (!taken.IsEmpty)
            {
                return taken;
            }

            await _ready.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Puts back what could not be sent, for the client's next stream: whole messages before those that came meanwhile, which remain if there are too many.</summary>
    public void Restore(OutgoingNotifications unsent)
    {
        _lists.Restore(unsent.Lists);
        lock (_lock)
        {
            foreach (var (uri, parameters) in unsent.Resources)
            {
                _resources.TryAdd(uri, parameters);
            }

            var later = _others.ToArray();
            _others.Clear();
            _otherBytes = 0;
            foreach (var other in unsent.Others.Concat(later))
            {
                Add_NeedsLock(other);
            }
        }

        _ready.Raise();
    }

    public void Dispose() => _lists.Dispose();

    private void Add_NeedsLock(ReadOnlyMemory<byte> notification)
    {
        _others.Enqueue(notification);
        _otherBytes += notification.Length;
        while (_others.Count > MaxOthers || _otherBytes > MaxOtherBytes)
        {
            _otherBytes -= _others.Dequeue().Length;
        }
    }

    private OutgoingNotifications Take()
    {
        var lists = _lists.Take();
        lock (_lock)
        {
            var taken = new OutgoingNotifications(lists, [.. _resources], [.. _tasks.Values, .. _others]);
            _resources.Clear();
            _tasks.Clear();
            _others.Clear();
            _otherBytes = 0;
            return taken;
        }
    }
}
