namespace McpRegistry.Resilience;

/// <summary>
/// Lets so many calls to a server at once; the others wait by priority, and by their order within one. The limiters of System.Threading.RateLimiting know no
/// priorities. While nobody waits, a call takes no lock and allocates nothing.
/// </summary>
internal sealed partial class CallGate(int limit, QueueOptions options, TimeProvider time)
{
    private const long OneWaiting = 1L << 32;

    private readonly Lock _lock = new();

    /// <summary>Changes under the lock.</summary>
    private volatile int _limit = limit;

    /// <summary>By priority. Belongs to the lock, as does the number of those that wait.</summary>
    private readonly LinkedList<Waiter>[] _queues = [new(), new(), new()];

    /// <summary>How many wait, in the upper half, and how many are in. While one waits, all places are taken: whoever leaves hands over, unless there are fewer places by now.</summary>
    private long _state;

    /// <summary>Changes under the lock.</summary>
    private volatile int _dismissals;

    public int Running => (int)(Volatile.Read(ref _state) & uint.MaxValue);

    public int Waiting => (int)(Volatile.Read(ref _state) >> 32);

    /// <summary>Gets how often those that wait were sent away, for <see cref="EnterAsync"/>.</summary>
    public int Dismissals => _dismissals;

    /// <summary>Takes a place if there is one for which nobody waits.</summary>
    public bool TryEnter()
    {
        while (Volatile.Read(ref _state) is var seen && seen < _limit)
        {
            if (Interlocked.CompareExchange(ref _state, seen + 1, seen) == seen)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Waits for a place.</summary>
    /// <param name="priority">Before and after whom.</param>
    /// <param name="dismissals">What <see cref="Dismissals"/> was before the caller looked at the server: a dismissal in between would not find it waiting.</param>
    /// <param name="cancellationToken">Ends the wait, which is then <see cref="GateOutcome.Late"/>.</param>
    public async ValueTask<GateOutcome> EnterAsync(CallPriority priority, int dismissals, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(time.GetTimestamp());
        LinkedListNode<Waiter> node;
        lock (_lock)
        {
            if (_dismissals != dismissals)
            {
                return GateOutcome.Dismissed;
            }

            if (TryEnter())
            {
                return GateOutcome.Entered;
            }

            if (Waiting >= options.MaxQueued && !MakeRoom_NeedsLock(priority))
            {
                return GateOutcome.Full;
            }

            if (EnterOrCount_NeedsLock())
            {
                return GateOutcome.Entered;
            }

            node = _queues[(int)priority].AddLast(waiter);
            _enqueued++;
        }

        try
        {
            return await waiter.Task.WaitAsync(options.MaxWait, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            if (!Withdraw(node) && await waiter.Task.ConfigureAwait(false) == GateOutcome.Entered)
            {
                // It came just too late.
                Leave();
            }

            return GateOutcome.Late;
        }
    }

    /// <summary>Changes how many are let in at once. Those that are in stay; those that wait get the room that there is now.</summary>
    public void Resize(int limit)
    {
        lock (_lock)
        {
            _limit = limit;
            while (Waiting > 0 && Running < _limit)
            {
                Interlocked.Increment(ref _state);
                LetIn_NeedsLock();
            }
        }
    }

    /// <summary>Sends all away that wait, in their order. Comes after what they are to see when they look at the server again.</summary>
    public void Dismiss()
    {
        lock (_lock)
        {
            _dismissals++;
            for (var priority = _queues.Length - 1; priority >= 0; priority--)
            {
                while (_queues[priority].First is { } next)
                {
                    Remove_NeedsLock(next);
                    next.Value.TrySetResult(GateOutcome.Dismissed);
                }
            }
        }
    }

    /// <summary>Gives a place up, to the first of those that wait.</summary>
    public void Leave()
    {
        while (true)
        {
            var seen = Volatile.Read(ref _state);
            if (seen < OneWaiting)
            {
                if (Interlocked.CompareExchange(ref _state, seen - 1, seen) == seen)
                {
                    return;
                }

                continue;
            }

            lock (_lock)
            {
                if (Waiting == 0)
                {
                    continue;
                }

                // While somebody waits, nobody else changes the numbers.
                if (Running > _limit)
                {
                    Interlocked.Decrement(ref _state);
                }
                else
                {
                    LetIn_NeedsLock();
                }

                return;
            }
        }
    }

    /// <summary>Gives a place to the first of those that wait.</summary>
    private void LetIn_NeedsLock()
    {
        for (var priority = _queues.Length - 1; priority >= 0; priority--)
        {
            if (_queues[priority].First is { } next)
            {
                Remove_NeedsLock(next);
                NoteLetIn_NeedsLock(next.Value);
                next.Value.TrySetResult(GateOutcome.Entered);
                return;
            }
        }
    }

    /// <summary>In one step, or a place that is given up in between would be nobody's.</summary>
    private bool EnterOrCount_NeedsLock()
    {
        while (true)
        {
            var seen = Volatile.Read(ref _state);
            var enters = seen < _limit;
            if (Interlocked.CompareExchange(ref _state, enters ? seen + 1 : seen + OneWaiting, seen) == seen)
            {
                return enters;
            }
        }
    }

    /// <summary>Sends the last of those away that matter less.</summary>
    private bool MakeRoom_NeedsLock(CallPriority priority)
    {
        for (var lower = 0; lower < (int)priority; lower++)
        {
            if (_queues[lower].Last is { } last)
            {
                Remove_NeedsLock(last);
                last.Value.TrySetResult(GateOutcome.Full);
                return true;
            }
        }

        return false;
    }

    private bool Withdraw(LinkedListNode<Waiter> node)
    {
        lock (_lock)
        {
            if (node.List is null)
            {
                return false;
            }

            Remove_NeedsLock(node);
            return true;
        }
    }

    private void Remove_NeedsLock(LinkedListNode<Waiter> node)
    {
        node.List!.Remove(node);
        Interlocked.Add(ref _state, -OneWaiting);
    }
}
