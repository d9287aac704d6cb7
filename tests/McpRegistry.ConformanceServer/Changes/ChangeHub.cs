using System.Collections.Concurrent;
using System.Threading.Channels;

namespace McpRegistry.ConformanceServer.Changes;

/// <summary>Hands every change to everyone who listens at that time.</summary>
internal sealed class ChangeHub
{
    private readonly ConcurrentDictionary<Channel<Change>, byte> _listeners = [];
    private volatile bool _closed;

    public void Publish(Change change)
    {
        foreach (var listener in _listeners.Keys)
        {
            listener.Writer.TryWrite(change);
        }
    }

    /// <summary>Begins to listen. The reader is complete after <see cref="Close"/> or when the listener is removed.</summary>
    public Channel<Change> Listen()
    {
        var listener = Channel.CreateUnbounded<Change>();
        _listeners.TryAdd(listener, 0);
        if (_closed)
        {
            listener.Writer.TryComplete();
        }

        return listener;
    }

    public void Remove(Channel<Change> listener)
    {
        _listeners.TryRemove(listener, out _);
        listener.Writer.TryComplete();
    }

    public void Close()
    {
        _closed = true;
        foreach (var listener in _listeners.Keys)
        {
            listener.Writer.TryComplete();
        }
    }
}
