namespace McpRegistry.Gateway.Active;

/// <summary>A list of calls that are linked to one another.</summary>
internal sealed class ActiveCallList
{
    private readonly Lock _lock = new();
    private ActiveCall? _first;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public void Add(ActiveCall call)
    {
        lock (_lock)
        {
            call.Next = _first;
            _first?.Previous = call;
            _first = call;
            _count++;
        }
    }

    public void Remove(ActiveCall call)
    {
        lock (_lock)
        {
            if (call != _first && call.Previous is null)
            {
                // It was taken out before.
                return;
            }

            if (call == _first)
            {
                _first = call.Next;
            }

            call.Previous?.Next = call.Next;
            call.Next?.Previous = call.Previous;
            (call.Previous, call.Next) = (null, null);
            _count--;
        }
    }

    /// <summary>Puts a call in the place of the one that it goes on for. Nobody finds neither of them, and what cancelled the one has cancelled the other.</summary>
    public void Replace(ActiveCall call, ActiveCall successor)
    {
        lock (_lock)
        {
            Remove(call);
            Add(successor);
            if (call.IsCancelled)
            {
                successor.Cancel();
            }
        }
    }

    /// <summary>Cancels the call that has this number, if there is one. Within the lock: it is not replaced between the look and the cancellation.</summary>
    public void Cancel(long number)
    {
        lock (_lock)
        {
            Find(number)?.Cancel();
        }
    }

    public ActiveCall? Find(long number)
    {
        lock (_lock)
        {
            var call = _first;
            while (call is not null && call.Number != number)
            {
                call = call.Next;
            }

            return call;
        }
    }

    public void Read(Func<GatewayCall, bool> isWanted, List<ActiveCall> found)
    {
        lock (_lock)
        {
            for (var call = _first; call is not null; call = call.Next)
            {
                if (isWanted(call.Call!))
                {
                    found.Add(call);
                }
            }
        }
    }
}
