using System.Collections.Immutable;
using McpRegistry.Protocol;

namespace McpRegistry.Upstream;

/// <summary>Passes what one connection hears on to everybody who listens to it.</summary>
internal sealed class ListenerSet : IUpstreamListener
{
    private ImmutableArray<IUpstreamListener> _listeners = [];

    public bool IsEmpty => _listeners.IsEmpty;

    /// <summary>Adds a listener; dispose takes it out.</summary>
    public IDisposable Add(IUpstreamListener listener)
    {
        ImmutableInterlocked.Update(ref _listeners, static (all, one) => all.Add(one), listener);
        return new Membership(this, listener);
    }

    public void Opened()
    {
        foreach (var listener in _listeners)
        {
            listener.Opened();
        }
    }

    public void Notified(UpstreamMessage notification)
    {
        foreach (var listener in _listeners)
        {
            listener.Notified(notification);
        }
    }

    public void Missed()
    {
        foreach (var listener in _listeners)
        {
            listener.Missed();
        }
    }

    /// <summary>A question is for one of them only; the one who came last is the most likely to be still there.</summary>
    public bool TryAsk(UpstreamQuestion question)
    {
        var listeners = _listeners;
        for (var i = listeners.Length - 1; i >= 0; i--)
        {
            if (listeners[i].TryAsk(question))
            {
                return true;
            }
        }

        return false;
    }

    public void Ended(UpstreamFault? fault)
    {
        foreach (var listener in _listeners)
        {
            listener.Ended(fault);
        }
    }

    private void Remove(IUpstreamListener listener) =>
        ImmutableInterlocked.Update(ref _listeners, static (all, one) => all.Remove(one), listener);

    private sealed class Membership(ListenerSet set, IUpstreamListener listener) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                set.Remove(listener);
            }
        }
    }
}
