using McpRegistry.Discovery;

namespace McpRegistry.Upstream.Http;

/// <content>The session that comes in the place of one that the server has forgotten.</content>
internal sealed partial class LegacyHttpConnection
{
    private static readonly UpstreamFault NotReopened = new(FaultReasons.Timeout, "The server did not open a new session in time.");

    /// <summary>
    /// Opens a new session unless another request has done so meanwhile. All others wait for that, and who opens it may be the
    /// watch, which has no deadline.
    /// </summary>
    private async ValueTask<UpstreamFault?> ReopenAsync(LegacySession lost, CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Volatile.Read(ref _closed) != 0)
            {
                return new UpstreamFault(FaultReasons.SessionLost, "The session was closed.");
            }

            if (_profile.EndsWhenLost)
            {
                return SessionPool.Lost;
            }

            if (!ReferenceEquals(_session, lost))
            {
                return null;
            }

            using var timeout = new CancellationTokenSource(_channel.ConnectTimeout, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            var opened = await LegacySession.OpenAsync(_channel, _time, _profile, Handshake.Revision, either.Token).ConfigureAwait(false);
            if (opened.Fault is { } fault)
            {
                // The call was refused with its session. One that refuses the handshake is perhaps of another era by now.
                return fault with { MayHaveRun = false, ContradictsEra = fault.Reason == FaultReasons.ProtocolError || fault.HttpStatus is >= 400 and < 500 };
            }

            Handshake = opened.Handshake!;
            _unnamed.Clear();
            Volatile.Write(ref _session, opened.Session!);

            // Its stream may stay open for as long as the server lives, and nobody will ever say anything on it.
            await lost.ReplaceAsync().ConfigureAwait(false);

            // The connection was closed meanwhile and has ended an older session only.
            if (Interlocked.CompareExchange(ref _closed, 1, 1) != 0)
            {
                await opened.Session!.EndAsync(_channel, _time).ConfigureAwait(false);
            }

            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return NotReopened;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>
    /// Gets the session for a request, once the server is heard in it: what a server asks of one that was opened anew before the watch
    /// has come after it would be lost.
    /// </summary>
    private ValueTask<LegacySession> HeardSessionAsync(CancellationToken cancellationToken)
    {
        var session = Volatile.Read(ref _session);
        return session.Heard.IsCompleted || !_profile.CanBeAsked || Volatile.Read(ref _isWatched) == 0
            ? new(session)
            : WaitToHearAsync(session, cancellationToken);
    }

    private async ValueTask<LegacySession> WaitToHearAsync(LegacySession session, CancellationToken cancellationToken)
    {
        try
        {
            await session.Heard.WaitAsync(PooledSession.LongestDeafness, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // It goes on opening, and one wait for it is enough.
            session.NoteHeard();
        }

        return session;
    }
}
