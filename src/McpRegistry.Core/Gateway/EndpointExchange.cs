using McpRegistry.Balancing;
using McpRegistry.Discovery;
using McpRegistry.Gateway.Bridging;
using McpRegistry.Gateway.Caching;
using McpRegistry.Gateway.Tasks;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Telemetry;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;

namespace McpRegistry.Gateway;

/// <summary>What happens to a call at one endpoint: it is sent in the words of the server's era, its questions are answered, and its answer is written for the client.</summary>
internal sealed class EndpointExchange(
    IOptions<GatewayOptions> options,
    SuspendedCalls suspended,
    GatewayTasks tasks,
    CachedAnswers cached,
    FailedCalls failed,
    ListFreshness freshness,
    AnsweringServer self,
    TimeProvider time)
{
    private readonly Func<string, bool> _allowsExtension = options.Value.Allows;

    /// <summary>Sends a call to the endpoint, and once more for each question of it that the client answers.</summary>
    /// <param name="call">The call.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="lease">The connection; it is given back when the call needs it no more.</param>
    /// <param name="observer">Passes on what the server says meanwhile.</param>
    /// <param name="deadline">The time of the call.</param>
    /// <param name="cancellationToken">The client's.</param>
    public async ValueTask<RelayOutcome> SendAsync(
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
            call.Times = deadline.Rest;
            return Finish(call, server, await suspended.StartAsync(call, server, lease, request, deadline, cancellationToken).ConfigureAwait(false));
        }

        using (lease)
        {
            return await ExchangeAsync(call, server, lease, request, observer, deadline).ConfigureAwait(false);
        }
    }

    /// <summary>Writes how a call ended that its client was asked something about.</summary>
    public GatewayAnswer Finish(GatewayCall call, RegisteredServer server, BridgedOutcome outcome)
    {
        if (outcome.Answer is { } answer)
        {
            return answer;
        }

        var reply = outcome.Reply!.Value;
        if (!reply.Answered)
        {
            return failed.Error(call, server.Alias, reply.Fault);
        }

        return (reply.Message.IsError && reply.Message.ErrorCode == ErrorCodes.LegacyUrlElicitationRequired ? suspended.AskForUrls(call, server, reply.Message) : null)
            ?? AnswerTranslator.Translate(call, server.Alias, Shown(call, reply.Message), ProtocolEra.Legacy, self.For(call).Span);
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
                var fault = lease.Report(reply.Fault);

                // The answers that the client has given are good for one round only.
                return held is null ? fault : failed.Answer(call, server.Alias, fault);
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

    private static UpstreamMessage Visible(UpstreamMessage page, UpstreamConnection connection)
    {
        var valid = connection.MirrorsParameters ? ListedTools.WithoutInvalid(page) : page;
        return connection.Handshake.Era == ProtocolEra.Legacy ? ListedTools.WithoutTaskOnly(valid) : valid;
    }

    private static UpstreamMessage Shown(GatewayCall call, UpstreamMessage message) =>
        call.Wrapping is { } wrapping ? ResourceUriRewriter.Rewrite(message, wrapping.Of) : message;
}
