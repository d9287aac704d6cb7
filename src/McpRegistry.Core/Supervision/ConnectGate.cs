using McpRegistry.Tenancy;

namespace McpRegistry.Supervision;

/// <summary>
/// Bounds how many attempts to connect begin at once. An attempt counts for its first moment only, for that is when it costs
/// something: one that then waits for a server which says nothing must not keep those of other servers waiting.
/// </summary>
/// <remarks>
/// Endpoints whose last attempt outlasted its moment come after all others, never have all places, and tenants have their turns
/// by what they hold: many dead servers of one tenant slow down one another.
/// </remarks>
internal sealed class ConnectGate(int places, TimeSpan moment, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private readonly List<ConnectTurn> _held = [];
    private readonly ConnectLine _quick = new();
    private readonly ConnectLine _slow = new();
    private ITimer? _timer;
    private bool _disposed;

    /// <summary>Gets how many of the places the slow may have at once.</summary>
    private int PlacesOfSlow => Math.Max(1, places * 3 / 4);

    /// <summary>Waits for a turn, which <see cref="Leave"/> ends.</summary>
    /// <param name="tenant">Whose server it is.</param>
    /// <param name="isSlow">Whether the last attempt outlasted its moment.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<ConnectTurn> EnterAsync(TenantId tenant, bool isSlow, CancellationToken cancellationToken)
    {
        var turn = new ConnectTurn(tenant, isSlow);
        lock (_lock)
        {
            (isSlow ? _slow : _quick).Add(turn);
            Admit_NeedsLock();
        }

        var registration = cancellationToken.UnsafeRegister(static (waiting, token) => ((ConnectTurn)waiting!).Begin.TrySetCanceled(token), turn);
        await using (registration.ConfigureAwait(false))
        {
            await turn.Begin.Task.ConfigureAwait(false);
            return turn;
        }
    }

    /// <summary>Ends a turn.</summary>
    /// <returns>Whether the attempt outlasted its moment.</returns>
    public bool Leave(ConnectTurn turn)
    {
        lock (_lock)
        {
            _held.Remove(turn);
            Admit_NeedsLock();
            return IsOver(turn);
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

    private bool IsOver(ConnectTurn turn) => time.GetElapsedTime(turn.Since) >= moment;

    private void Admit_NeedsLock()
    {
        _held.RemoveAll(IsOver);
        while (_held.Count < places && Next_NeedsLock() is { } next)
        {
            next.Since = time.GetTimestamp();

            // One that gave up just now holds nothing.
            if (next.Begin.TrySetResult())
            {
                _held.Add(next);
            }
        }

        _timer?.Dispose();
        _timer = null;
        if (!_disposed && _held.Count > 0 && !(_quick.IsEmpty && _slow.IsEmpty))
        {
            // Only where somebody waits, so that an attempt among few costs no timer.
            // Its moment may have ended just now, and a timer takes less than a millisecond for never or for a fault.
            var left = moment - time.GetElapsedTime(_held[0].Since);
            _timer = time.CreateTimer(static gate => ((ConnectGate)gate!).MomentEnded(), this, left > Shortest ? left : Shortest, Timeout.InfiniteTimeSpan);
        }
    }

    private void MomentEnded()
    {
        lock (_lock)
        {
            Admit_NeedsLock();
        }
    }

    private ConnectTurn? Next_NeedsLock() =>
        _quick.Take(HeldBy)
        ?? (_held.Count(static turn => turn.IsSlow) < PlacesOfSlow ? _slow.Take(HeldBy) : null);

    private int HeldBy(TenantId tenant) => _held.Count(turn => turn.Tenant == tenant);
}
