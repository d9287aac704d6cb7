using McpRegistry.Discovery;
using McpRegistry.Servers;
using Microsoft.Extensions.Options;

namespace McpRegistry.Upstream;

/// <summary>
/// The sessions of single principals with one endpoint. Each principal has one, opened by its first call and closed when
/// it was unused for a while, so that no two principals ever share state of a legacy server (protocol.md 4.3).
/// </summary>
internal sealed class SessionPool : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, PooledSession> _sessions = new(StringComparer.Ordinal);
    private readonly Func<ValueTask<ConnectResult>> _open;
    private readonly UpstreamOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _disposed = new();
    private readonly ITimer _sweep;

    public static UpstreamFault Removed { get; } = new(FaultReasons.Unreachable, "The server is being removed.");

    public SessionPool(UpstreamConnector connector, RegisteredServer server, ServerEndpoint endpoint, IOptions<UpstreamOptions> options, TimeProvider time)
    {
        var disposed = _disposed.Token;
        _open = () => connector.ConnectAsync(server, endpoint, disposed);
        _options = options.Value;
        _time = time;
        var period = _options.SessionIdleTimeout / 2;
        _sweep = time.CreateTimer(static pool => ((SessionPool)pool!).Sweep(), this, period, period);
    }

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _sessions.Count;
            }
        }
    }

    public async ValueTask<LeaseResult> RentAsync(string principal, Action<UpstreamFault> report, CancellationToken cancellationToken)
    {
        PooledSession session;
        PooledSession? evicted = null;
        lock (_lock)
        {
            if (_disposed.IsCancellationRequested)
            {
                // A caller that found the server just before it was removed.
                return Removed;
            }

            if (!_sessions.TryGetValue(principal, out session!) || session.HasEnded)
            {
                // Nobody watches an idle session; one whose process died would cost its principal the next call.
                evicted = _sessions.Remove(principal, out var ended) ? ended : MakeRoom_NeedsLock();

                // Opened for the pool and not for this caller: others may be waiting for it when the caller gives up.
                session = new PooledSession(this, principal, Task.Run(() => _open().AsTask()));
                _sessions.Add(principal, session);
            }

            session.Users++;
        }

        if (evicted is not null)
        {
            await evicted.CloseAsync().ConfigureAwait(false);
        }

        return await session.LendAsync(report, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync().ConfigureAwait(false);
        PooledSession[] all;
        lock (_lock)
        {
            all = [.. _sessions.Values];
            _sessions.Clear();
        }

        await _sweep.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(all.Select(session => session.CloseAsync())).ConfigureAwait(false);
        _disposed.Dispose();
    }

    internal void Return(PooledSession session)
    {
        lock (_lock)
        {
            session.Users--;
            session.LastUsed = _time.GetTimestamp();
        }
    }

    /// <summary>Takes a session out that turned out to be dead; the next call opens a new one.</summary>
    internal void Drop(PooledSession session)
    {
        lock (_lock)
        {
            if (!_sessions.TryGetValue(session.Principal, out var current) || current != session)
            {
                return;
            }

            _sessions.Remove(session.Principal);
        }

        _ = session.CloseAsync();
    }

    private PooledSession? MakeRoom_NeedsLock()
    {
        if (_sessions.Count < _options.MaxSessionsPerEndpoint)
        {
            return null;
        }

        var oldest = _sessions.Values.Where(session => session.Users == 0).MinBy(session => session.LastUsed);
        if (oldest is not null)
        {
            _sessions.Remove(oldest.Principal);
        }

        return oldest;
    }

    private void Sweep()
    {
        PooledSession[] idle;
        lock (_lock)
        {
            idle = [.. _sessions.Values.Where(session => session.Users == 0 && _time.GetElapsedTime(session.LastUsed) >= _options.SessionIdleTimeout)];
            foreach (var session in idle)
            {
                _sessions.Remove(session.Principal);
            }
        }

        foreach (var session in idle)
        {
            _ = session.CloseAsync();
        }
    }
}
