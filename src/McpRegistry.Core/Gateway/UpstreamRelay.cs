using McpRegistry.Balancing;
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
using McpRegistry.Telemetry;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;

namespace McpRegistry.Gateway;

/// <summary>Sends a request to its upstream and writes the answer for the client.</summary>
internal sealed class UpstreamRelay(
    IOptions<GatewayOptions> options,
    SuspendedCalls suspended,
    GatewayTasks tasks,
    CachedAnswers cached,
    ListFreshness freshness,
    AnsweringServer self,
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

    private readonly Func<string, bool> _allowsExtension = options.Value.Allows;

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
                return Finish(call, server.Server, resumed);
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
        if (waits && await WaitAsync(call, gate!, deadline, cancellationToken).ConfigureAwait(false) is { } refusal)
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
                    var granted = await server.Connections.AcquireAsync(call, deadline.Token).ConfigureAwait(false);
                    call.TargetEndpoint = granted.EndpointId;
                    outcome = granted.Granted
                        ? await SendAsync(call, target, granted.Lease, observer, deadline, cancellationToken).ConfigureAwait(false)
                        : granted.Fault;
                }

                if (outcome.Fault is not { } fault)
                {
                    return outcome.Answer;
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
                if (observer.HasAsked || call.Session is { Ended.IsCancellationRequested: true } || retries.Decide(call, server.Connections, fault, attempt, deadline.Left) is not { } wait)
                {
                    return Failed(call, server.Server.Alias, fault);
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
                ? Unanswered(call, server.Server.Alias, Cancelled)
                : Failed(call, server.Server.Alias, new UpstreamFault(FaultReasons.Timeout, "It took longer than the gateway waits.", deadline.MayHaveRun));
        }
        finally
        {
            gate?.Leave();
        }
    }

    /// <summary>Waits for a place at a server that is busy.</summary>
    /// <returns>Why the call is not sent; null when it has a place.</returns>
    private async ValueTask<GatewayAnswer?> WaitAsync(GatewayCall call, CallGate gate, CallDeadline deadline, CancellationToken cancellationToken)
    {
        var outcome = await gate.EnterAsync(priorities.Of(call), deadline.Token).ConfigureAwait(false);
        if (outcome == GateOutcome.Entered)
        {
            // The server has said nothing because it was not asked.
            deadline.Extend();
            return null;
        }

        cancellationToken.ThrowIfCancellationRequested();
        return deadline.IsCancelled
            ? Unanswered(call, call.Target!.Server.Alias, Cancelled)
            : cached.TryAnswerStale(call, call.Target) ?? AnswerWriter.Error(call.Id, GatewayError.Overloaded(call.Target!.Server.Alias, outcome));
    }

    /// <summary>Sends a call to one endpoint after the other until one answers. Not within its caller, which would make the closure for every call.</summary>
    private async ValueTask<(RelayOutcome Outcome, int Sent)> HedgeAsync(
        GatewayCall call, RouteTarget target, TimeSpan delay, int before, RelayObserver observer, CallDeadline deadline, CancellationToken cancellationToken)
    {
        var hedged = new HedgedCall(hedges, call, target.Server!.Connections, delay, before, attempt => SendAsync(call, target, attempt, deadline, cancellationToken));
        return (await hedged.RunAsync(observer, deadline).ConfigureAwait(false), hedged.Sent);
    }

    /// <summary>Makes one of several attempts at once.</summary>
    private async ValueTask<RelayOutcome> SendAsync(GatewayCall call, RouteTarget target, HedgedAttempt attempt, CallDeadline deadline, CancellationToken cancellationToken)
    {
        var granted = await target.Server!.Connections.AcquireAsync(call, attempt.Token).ConfigureAwait(false);
        if (!attempt.TryTake(granted.EndpointId))
        {
            granted.Lease?.Dispose();
            return RelayOutcome.Lost;
        }

        return granted.Granted ? await SendAsync(call, target, granted.Lease, attempt.Observer, deadline, cancellationToken).ConfigureAwait(false) : granted.Fault;
    }

    private async ValueTask<RelayOutcome> SendAsync(
        GatewayCall call, RouteTarget target, ConnectionLease lease, RelayObserver observer, CallDeadline deadline, CancellationToken cancellationToken)
    {
        var server = target.Server!.Server;
        var peer = lease.Connection.Handshake.Era;
        var request = new RelayedRequest
        {
            Call = call,
            Method = call.Message.Method,
            RoutingName = target.RoutingName,
            UpstreamName = target.UpstreamName,
            LogLevel = call.LogLevel,
            ForwardsBaggage = options.Value.ForwardBaggage,
            Parameters = target.Parameters,
            AllowsExtension = _allowsExtension,

            // The answers to questions are a matter of the modern era; what a legacy server asks is answered otherwise.
            Answers = peer == ProtocolEra.Legacy ? ReadOnlyMemory<byte>.Empty : (ReadOnlyMemory<byte>?)null,
        };
        if (peer == ProtocolEra.Legacy && call.Era == ProtocolEra.Modern && McpMethods.MayAsk(request.Method) && call.Profile.CanBeAsked)
        {
            if (!observer.TryWin())
            {
                lease.Dispose();
                return RelayOutcome.Lost;
            }

            // It has a time of its own, which goes on when the client's request has ended, and is not sent again: what it told its client would begin anew.
            active.Leave(deadline);
            call.Times = deadline.Rest;
            return Finish(call, server, await suspended.StartAsync(call, server, lease, request, cancellationToken).ConfigureAwait(false));
        }

        using (lease)
        {
            return await ExchangeAsync(call, server, lease, request, observer, deadline).ConfigureAwait(false);
        }
    }

    private async ValueTask<RelayOutcome> ExchangeAsync(
        GatewayCall call, RegisteredServer server, ConnectionLease lease, RelayedRequest request, RelayObserver observer, CallDeadline deadline)
    {
        HeldCall? held = null;
        while (true)
        {
            var reply = await SendAsync(call, server, lease, request, observer, deadline).ConfigureAwait(false);
            var isPoor = EndpointFaults.Blames(reply);
            if (reply.Answered && !isPoor)
            {
                if (!observer.TryWin())
                {
                    return RelayOutcome.Lost;
                }

                // What is written into the answer names the endpoint that gave it, whichever others were asked before or at the same time.
                call.TargetEndpoint = lease.EndpointId ?? call.TargetEndpoint;
            }

            if (!reply.Answered)
            {
                lease.Report(reply.Fault);

                // The answers that the client has given are good for one round only.
                return held is null ? reply.Fault : Failed(call, server.Alias, reply.Fault);
            }

            var era = lease.Connection.Handshake.Era;
            var message = request.Method == McpMethod.ToolsList ? Visible(reply.Message, lease.Connection) : reply.Message;
            var shown = Shown(call, message);
            if (era == ProtocolEra.Modern && tasks.Answer(call, server, shown, self.For(call).Span) is { } aboutTask)
            {
                return aboutTask;
            }

            if (call.Era == ProtocolEra.Modern || era == ProtocolEra.Legacy || message.IsError || !McpMethods.MayAsk(request.Method)
                || !InputRequired.Is(message.Raw(message.Result)))
            {
                if (held is null)
                {
                    cached.Keep(call, message, lease.Connection.Handshake);
                }

                RelayOutcome answer = AnswerTranslator.Translate(call, server.Alias, shown, era, self.For(call).Span, freshness.LegacyList.TtlMs);
                return answer with { IsPoor = isPoor };
            }

            held ??= new HeldCall(call, server.Alias, deadline, time);
            var (answers, error) = await held.AnswerAsync(message.Result.Of(message.Json), deadline.Token).ConfigureAwait(false);
            if (error is not null)
            {
                return AnswerWriter.Error(call.Id, error);
            }

            request = request.With(answers);
            observer.BeginRound();
        }
    }

    private static async ValueTask<UpstreamReply> SendAsync(
        GatewayCall call, RegisteredServer server, ConnectionLease lease, RelayedRequest request, RelayObserver observer, CallDeadline deadline)
    {
        lease.Sending();
        var attempt = observer.BeginAttempt(call.Times?.Attempt is null || IsOnly(call, lease));
        try
        {
            var reply = await ClientSpan.SendAsync(lease.Connection, request, observer, server.Alias, attempt).ConfigureAwait(false);
            reply = await ParameterRetry.AfterAsync(reply, request, lease.Connection, observer, attempt).ConfigureAwait(false);
            lease.Answered(reply, observer.HasAsked);
            return reply;
        }
        catch (OperationCanceledException) when (deadline.HasExpired && !observer.HasLost)
        {
            if (deadline.BlamesServer && !observer.HasAsked)
            {
                lease.TimedOut();
            }

            throw;
        }
        catch (OperationCanceledException) when (attempt.IsCancellationRequested && !deadline.Token.IsCancellationRequested && !observer.HasLost)
        {
            lease.TimedOut();
            return UpstreamReply.Failed(FaultReasons.Timeout, "The endpoint took longer than the gateway waits for one.");
        }
    }

    /// <summary>A slow answer is better than none where nobody else could give one.</summary>
    private static bool IsOnly(GatewayCall call, ConnectionLease lease) =>
        lease.EndpointId is { } endpoint && call.Target?.Connections.HasOtherThan(endpoint, call) == false;

    private GatewayAnswer Failed(GatewayCall call, string alias, UpstreamFault fault) =>
        cached.TryAnswerStale(call, call.Target) ?? Unanswered(call, alias, fault);

    private GatewayAnswer Unanswered(GatewayCall call, string alias, UpstreamFault fault)
    {
        var error = GatewayError.OfFault(alias, fault, policies.MayRepeat(call));

        // The client's session has ended with that at the server: nothing can be repeated in it (2025-11-25, session management).
        return AnswerWriter.Error(call.Id, call.Session is { Ended.IsCancellationRequested: true } ? error with { HttpStatus = 404, Retryable = false } : error);
    }

    private static UpstreamMessage Visible(UpstreamMessage page, UpstreamConnection connection)
    {
        var valid = connection.MirrorsParameters ? ListedTools.WithoutInvalid(page) : page;
        return connection.Handshake.Era == ProtocolEra.Legacy ? ListedTools.WithoutTaskOnly(valid) : valid;
    }

    private GatewayAnswer Finish(GatewayCall call, RegisteredServer server, BridgedOutcome outcome)
    {
        if (outcome.Answer is { } answer)
        {
            return answer;
        }

        var reply = outcome.Reply!.Value;
        if (!reply.Answered)
        {
            return Unanswered(call, server.Alias, reply.Fault);
        }

        return (reply.Message.IsError && reply.Message.ErrorCode == ErrorCodes.LegacyUrlElicitationRequired ? suspended.AskForUrls(call, server, reply.Message) : null)
            ?? AnswerTranslator.Translate(call, server.Alias, Shown(call, reply.Message), ProtocolEra.Legacy, self.For(call).Span);
    }

    private static UpstreamMessage Shown(GatewayCall call, UpstreamMessage message) =>
        call.Wrapping is { } wrapping ? ResourceUriRewriter.Rewrite(message, wrapping.Of) : message;
}
