using McpRegistry.Snapshots;

namespace McpRegistry.Watching;

/// <summary>
/// Gathers changes of lists for a moment after the first one of each kind, so that a burst is one notification. It costs no
/// timer before the first change.
/// </summary>
internal sealed class ChangeDebouncer(TimeSpan pause, TimeProvider time, Action ready) : IDisposable
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<ListKinds, long> _since = [];
    private ITimer? _timer;
    private ListKinds _ready;
    private bool _disposed;

    public void Add(ListKinds kinds)
    {
        lock (_lock)
        {
            var isWaiting = _since.Count > 0;
            foreach (var kind in ListKindNames.Each)
            {
                if (kinds.HasFlag(kind))
                {
                    _since.TryAdd(kind, time.GetTimestamp());
                }
            }

            if (!isWaiting && _since.Count > 0)
            {
                Arm_NeedsLock(pause);
            }
        }
    }

    /// <summary>Puts back kinds whose moment is over.</summary>
    public void Restore(ListKinds kinds)
    {
        lock (_lock)
        {
            _ready |= kinds;
        }
    }

    /// <summary>Takes the kinds whose moment is over.</summary>
    public ListKinds Take()
    {
        lock (_lock)
        {
            var taken = _ready;
            _ready = ListKinds.None;
            return taken;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _timer?.Dispose();
        }
    }

    private void Arm_NeedsLock(TimeSpan due)
    {
        if (_disposed)
        {
            return;
        }

        if (_timer is null)
        {
            _timer = time.CreateTimer(static debouncer => ((ChangeDebouncer)debouncer!).Elapsed(), this, due, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _timer.Change(due, Timeout.InfiniteTimeSpan);
        }
    }

    private void Elapsed()
    {
        var isReady = false;
        lock (_lock)
        {
            foreach (var kind in ListKindNames.Each)
            {
                if (_since.TryGetValue(kind, out var since) && time.GetElapsedTime(since) >= pause)
                {
                    _since.Remove(kind);
                    _ready |= kind;
                    isReady = true;
                }
            }

            if (_since.Count > 0)
            {
                var rest = pause - time.GetElapsedTime(_since.Values.Min());
                Arm_NeedsLock(rest > Shortest ? rest : Shortest);
            }
        }

        if (isReady)
        {
            ready();
        }
    }
}
