using McpRegistry.Discovery;
using McpRegistry.Gateway.Active;
using McpRegistry.Gateway.Bridging;
using McpRegistry.Gateway.Caching;
using McpRegistry.Gateway.Hedging;
using McpRegistry.Gateway.Tasks;
using McpRegistry.Protocol;
using McpRegistry.Resilience;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Supervision;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;

namespace McpRegistry.Gateway;

/// <summary>
/// Gets a call its answer: from what is kept, or from one endpoint of its server after the other, in the time and in the number of attempts that it has.
/// What happens at one endpoint is the matter of <see cref="EndpointExchange"/>.
/// </summary>
internal sealed class UpstreamRelay(
    IOptions<GatewayOptions> options,
    SuspendedCalls suspended,
    CachedAnswers cached,
    ListFreshness freshness,
    EndpointExchange exchange,
    FailedCalls failed,
    CallPolicies policies,
    RetryPolicy retries,
    HedgePolicy hedges,
    CallPriorities priorities,
    ActiveCalls active,
    RegistrySnapshots snapshots,
    TimeProvider time)
{
    /// <summary>What a caller hears whose call an operator ended.</summary>
    public static readonly UpstreamFault Cancelled = new(FaultReasons.Cancelled, "An administrator cancelled the call.", MayHaveRun: true);

    /// <summary>Relays a request.</summary>
    /// <param name="call">The request.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="cancellationToken">The client's; cancels the call at the upstream too and throws <see cref="OperationCanceledException"/>.</param>
    public async ValueTask<GatewayAnswer> SendAsync(GatewayCall call, RouteTarget target, CancellationToken cancellationToken)
    {
        var server = target.Server!;
        if (!call.Message.RequestState.IsMissing && call.Era == ProtocolEra.Modern && (server.Report?.Era == ProtocolEra.Legacy || suspended.Began(call)))
        {
            var resumed = await suspended.ResumeAsync(call, server.Server, cancellationToken).ConfigureAwait(false);
            if (resumed != BridgedOutcome.SendAgain)
            {
                return exchange.Finish(call, server.Server, resumed);
            }
        }

        if (McpMethods.IsList(call.Message.Method) && call.Message.Cursor.IsMissing)
        {
            // This client gets its server's own words; the merged lists, and what is known of the items, are to follow.
            freshness.Renew(server, call.Message.Method);
        }

        if (cached.TryAnswer(call, server) is { } kept)
        {
            return kept;
        }

        call.Times = policies.TimesOf(call, server.Server);
        using var deadline = new CallDeadline(options.Value, time, cancellationToken, call.Times);
        using var listed = active.Enter(deadline, call);
        using var observer = new RelayObserver(call, deadline);
        var gate = server.Connections.Gate;
        var waits = gate?.TryEnter() == false;
        if (waits && await WaitAsync(call, target, gate!, deadline, cancellationToken).ConfigureAwait(false) is { } refusal)
        {
            return refusal;
        }

        server.Connections.Retries?.Add();
        try
        {
            var attempt = 1;
            while (true)
            {
                // Time has passed since the target was chosen, or its connections are gone.
                if (waits && CurrentTarget.TryFollow(snapshots, call, target, out target))
                {
                    server = target.Server!;
                }

                if (!target.Found)
                {
                    return cached.TryAnswerStale(call, server) ?? AnswerWriter.Error(call.Id, target.Error);
                }

                RelayOutcome outcome;
                if (hedges.DelayOf(call, server) is { } delay)
                {
                    (outcome, var sent) = await HedgeAsync(call, target, delay, attempt - 1, observer, deadline, cancellationToken).ConfigureAwait(false);
                    attempt += sent - 1;
                }
                else
                {
                    var acquiring = server.Connections.AcquireAsync(call, deadline.Token);
                    var hasWaited = !acquiring.IsCompleted;
                    var granted = await acquiring.ConfigureAwait(false);
                    if (hasWaited && granted.Granted && CurrentTarget.IsTakenOut(snapshots, call, target))
                    {
                        // It is not sent by a connection that was opened too late; the next round says what becomes of it.
                        granted.Lease.Dispose();
                        waits = true;
                        continue;
                    }

                    call.TargetEndpoint = granted.EndpointId;
                    outcome = granted.Granted
                        ? await exchange.SendAsync(call, target, granted.Lease, observer, deadline, cancellationToken).ConfigureAwait(false)
                        : granted.Fault;
                }

                if (outcome.Fault is not { } fault)
                {
                    return outcome.Answer;
                }

                if (ReferenceEquals(fault, CurrentTarget.TakenOut))
                {
                    // As above, of a call that may have several attempts at once.
                    waits = true;
                    continue;
                }

                if (ReferenceEquals(fault, EndpointChoice.Gone))
                {
                    return AnswerWriter.Error(call.Id, McpMethods.IsTask(call.Message.Method) ? GatewayTasks.Unknown : StateErrors.Expired);
                }

                if (ReferenceEquals(fault, SessionPool.Closed) && CurrentTarget.TryFollow(snapshots, call, target, out target))
                {
                    // Nothing has failed: the server was changed between the choice and this.
                    server = target.Server!;
                    continue;
                }

                (call.Failed ??= []).Add(call.TargetEndpoint);
                deadline.MayHaveRun = fault.MayHaveRun;
                if (observer.HasAsked || call.HasSessionEnded || retries.Decide(call, server.Connections, fault, attempt, deadline.Left) is not { } wait)
                {
                    return failed.Answer(call, server.Server.Alias, fault);
                }

                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, time, deadline.Token).ConfigureAwait(false);
                }

                observer.BeginRound();
                waits = true;
                attempt++;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return deadline.IsCancelled
                ? failed.Error(call, server.Server.Alias, Cancelled)
                : failed.Answer(call, server.Server.Alias, new UpstreamFault(FaultReasons.Timeout, "It took longer than the gateway waits.", deadline.MayHaveRun));
        }
        finally
        {
            gate?.Leave();
        }
    }

    /// <summary>Waits for a place at a server that is busy.</summary>
    /// <returns>Why the call is not sent; null when it has a place.</returns>
    private async ValueTask<GatewayAnswer?> WaitAsync(GatewayCall call, RouteTarget target, CallGate gate, CallDeadline deadline, CancellationToken cancellationToken)
    {
        GateOutcome outcome;
        do
        {
            // Before the look at the server: what comes after the look ends the wait.
            var dismissals = gate.Dismissals;
            if (CurrentTarget.IsGone(snapshots, target))
            {
                return failed.Answer(call, target.Server!.Server.Alias, SessionPool.Closed);
            }

            if (CurrentTarget.TryFollow(snapshots, call, target, out target) && !target.Found)
            {
                return cached.TryAnswerStale(call, target.Server) ?? AnswerWriter.Error(call.Id, target.Error);
            }

            outcome = await gate.EnterAsync(priorities.Of(call), dismissals, deadline.Token).ConfigureAwait(false);
        }
        while (outcome == GateOutcome.Dismissed);

        if (outcome == GateOutcome.Entered)
        {
            // The server has said nothing because it was not asked.
            deadline.Extend();
            return null;
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (outcome == GateOutcome.Late && !deadline.IsCancelled)
        {
            gate.NoteTimeout();
        }

        return deadline.IsCancelled
            ? failed.Error(call, call.Target!.Server.Alias, Cancelled)
            : cached.TryAnswerStale(call, call.Target) ?? AnswerWriter.Error(call.Id, GatewayError.Overloaded(call.Target!.Server.Alias, outcome));
    }

    /// <summary>Sends a call to one endpoint after the other until one answers. Not within its caller, which would make the closure for every call.</summary>
    private async ValueTask<(RelayOutcome Outcome, int Sent)> HedgeAsync(
        GatewayCall call, RouteTarget target, TimeSpan delay, int before, RelayObserver observer, CallDeadline deadline, CancellationToken cancellationToken)
    {
        var hedged = new HedgedCall(hedges, call, target.Server!, delay, before, attempt => SendAsync(call, target, attempt, deadline, cancellationToken));
        return (await hedged.RunAsync(observer, deadline).ConfigureAwait(false), hedged.Sent);
    }

    /// <summary>Makes one of several attempts at once.</summary>
    private async ValueTask<RelayOutcome> SendAsync(GatewayCall call, RouteTarget target, HedgedAttempt attempt, CallDeadline deadline, CancellationToken cancellationToken)
    {
        var acquiring = target.Server!.Connections.AcquireAsync(call, attempt.Token);
        var hasWaited = !acquiring.IsCompleted;
        var granted = await acquiring.ConfigureAwait(false);
        if (hasWaited && granted.Granted && CurrentTarget.TakesNothingNew(snapshots, target.Server))
        {
            granted.Lease.Dispose();
            return CurrentTarget.TakenOut;
        }

        if (!attempt.TryTake(granted.EndpointId))
        {
            granted.Lease?.Dispose();
            return RelayOutcome.Lost;
        }

        return granted.Granted ? await exchange.SendAsync(call, target, granted.Lease, attempt.Observer, deadline, cancellationToken).ConfigureAwait(false) : granted.Fault;
    }
}
