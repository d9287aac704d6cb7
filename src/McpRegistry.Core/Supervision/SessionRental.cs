using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Telemetry;
using McpRegistry.Upstream;

namespace McpRegistry.Supervision;

/// <summary>Borrows the sessions of owners at endpoints, and leaves one that takes too long to open a session where another could take the call.</summary>
internal sealed class SessionRental(EndpointChoice choice, TimeProvider time)
{
    private static readonly UpstreamFault TooSlow = new(FaultReasons.Timeout, "The endpoint took longer to open a session than the gateway waits for one.");

    private static readonly UpstreamFault NotReached = new(FaultReasons.Busy, "The endpoint failed while others waited for their sessions before this call.");

    /// <summary>Borrows the session of an owner, which is opened if need be.</summary>
    /// <param name="endpoint">Where.</param>
    /// <param name="owner">Whose session it is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<LeaseResult> RentAsync(SupervisedEndpoint endpoint, ISessionOwner owner, CancellationToken cancellationToken)
    {
        var key = choice.KeyOf(owner);
        Action<UpstreamFault> report = fault => Suspect(endpoint, fault);
        if (owner.Patience is not { } patience || endpoint.Endpoint.Transport == TransportKind.Stdio || endpoint.Sessions.IsReady(key))
        {
            // A process takes its time to start.
            return await endpoint.Sessions.RentAsync(key, owner, report, cancellationToken).ConfigureAwait(false);
        }

        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var late = endpoint.Sessions.RentAsync(key, owner, report, leaving.Token).AsTask();
        try
        {
            // What other openings take of the gateway's own line is not the endpoint's; but it goes no further where they all hang.
            var begun = endpoint.Sessions.WhenBegun(key);
            while (!await EndsWithinAsync(begun, patience, cancellationToken).ConfigureAwait(false))
            {
                if (!endpoint.Load.Breaker.Admits && choice.HasOtherThan(endpoint.Endpoint.Id, owner))
                {
                    return await LeaveAsync(endpoint, key, late, leaving, NotReached).ConfigureAwait(false);
                }
            }

            // Where there is nobody else the owner can as well wait on, and so it can for a session that is open and only not heard yet.
            while (!await EndsWithinAsync(late, patience, cancellationToken).ConfigureAwait(false))
            {
                if (!endpoint.Sessions.IsReady(key) && choice.HasOtherThan(endpoint.Endpoint.Id, owner))
                {
                    return await LeaveAsync(endpoint, key, late, leaving, TooSlow).ConfigureAwait(false);
                }
            }

            return await late.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Otherwise its place in the line would be kept, and a session opened for nobody: what this method leaves behind is not told of the cancellation any more.
            await leaving.CancelAsync().ConfigureAwait(false);
            GiveBackLater(late);
            throw;
        }
    }

    /// <summary>
    /// A child that died with one principal's call says nothing about the other children, and a socket that was lost little about
    /// the others: a server may close them one by one. Of any other lost connection the watched one may not know yet, nor of a
    /// server that speaks another era by now.
    /// </summary>
    public static void Suspect(SupervisedEndpoint endpoint, UpstreamFault fault)
    {
        if (fault.ContradictsEra || endpoint.Endpoint.Transport is not (TransportKind.Stdio or TransportKind.WebSocket))
        {
            endpoint.Suspect(fault: fault);
        }
    }

    /// <summary>Has an owner go elsewhere, also where others wait for the same session.</summary>
    private static async ValueTask<LeaseResult> LeaveAsync(
        SupervisedEndpoint endpoint, SessionKey key, Task<LeaseResult> late, CancellationTokenSource leaving, UpstreamFault why)
    {
        endpoint.Sessions.Abandon(key, isTold: false);
        endpoint.Sessions.TellLosers();
        await leaving.CancelAsync().ConfigureAwait(false);
        GiveBackLater(late);
        return why;
    }

    private async ValueTask<bool> EndsWithinAsync(Task task, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            await task.WaitAsync(limit, time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static void GiveBackLater(Task<LeaseResult> late) => _ = Detached.Run(() => GiveBackAsync(late));

    /// <summary>Returns a session that was opened when nobody waited for it any more.</summary>
    private static async Task GiveBackAsync(Task<LeaseResult> late)
    {
        try
        {
            (await late.ConfigureAwait(false)).Lease?.Dispose();
        }
        catch (OperationCanceledException)
        {
            // The owner has left before it was opened, which ends the opening unless others wait for it.
        }
    }
}
