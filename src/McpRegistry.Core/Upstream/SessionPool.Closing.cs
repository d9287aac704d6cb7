using McpRegistry.Telemetry;

namespace McpRegistry.Upstream;

/// <content>How the pool and its sessions end.</content>
internal sealed partial class SessionPool
{
    public ValueTask DisposeAsync() => CloseAsync(Task.CompletedTask);

    /// <summary>Opens and lends no more sessions, and closes those that there are.</summary>
    /// <param name="drained">Ends when those that are in use may be closed as well.</param>
    public async ValueTask CloseAsync(Task drained)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
        }

        await _disposed.CancelAsync().ConfigureAwait(false);
        await _sweep.DisposeAsync().ConfigureAwait(false);
        Close(static session => session.Users == 0);
        await drained.ConfigureAwait(false);
        Close(static _ => true);
        Task[] all;
        lock (_lock)
        {
            all = [.. _closing];
        }

        await Task.WhenAll(all).ConfigureAwait(false);
        _disposed.Dispose();
    }

    private void Close(Func<PooledSession, bool> which)
    {
        lock (_lock)
        {
            foreach (var session in _sessions.Values.Where(which).ToArray())
            {
                // Who has no session of its own cannot be told: what it calls next is in another pool, or nowhere.
                NoteLoss_NeedsLock(session, isTold: true);
                _sessions.Remove(session.Key);
                BeginClose_NeedsLock(session);
            }
        }

        TellLosers();
    }

    /// <summary>Closes in the background, for a process may take its time; the pool's own end waits for it.</summary>
    private void BeginClose_NeedsLock(PooledSession session)
    {
        var closing = Detached.Run(() => session.DisposeAsync().AsTask());
        _closing.Add(closing);
        _ = closing.ContinueWith(
            task =>
            {
                lock (_lock)
                {
                    _closing.Remove(task);
                }
            },
            TaskScheduler.Default);
    }
}
