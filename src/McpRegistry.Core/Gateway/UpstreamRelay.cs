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

/// <summary>Sends a request to its upstream and writes the answer for the client.</summary>
internal sealed class UpstreamRelay(
    IOptions<GatewayOptions> options, SuspendedCalls suspended, GatewayTasks tasks, CachedAnswers cached, ListFreshness freshness, TimeProvider time)
{
    private readonly Func<string, bool> _allowsExtension = options.Value.Allows;

    /// <summary>Relays a request.</summary>
    /// <param name="call">The request.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="cancellationToken">The client's; cancels the call at the upstream too and throws <see cref="OperationCanceledException"/>.</param>
    public async ValueTask<GatewayAnswer> SendAsync(GatewayCall call, RouteTarget target, CancellationToken cancellationToken)
    {
        var server = target.Server!;
        if (!call.Message.RequestState.IsMissing && call.Era == ProtocolEra.Modern && server.Report?.Era == ProtocolEra.Legacy)
        {
            var resumed = await suspended.ResumeAsync(call, server.Server, cancellationToken).ConfigureAwait(false);
            if (resumed != BridgedOutcome.SendAgain)
            {
                return Finish(call, server.Server, resumed);
            }
        }

        if (cached.TryAnswer(call, server) is { } kept)
        {
            return kept;
        }

        using var deadline = new CallDeadline(options.Value, time, cancellationToken);
        try
        {
            var granted = await server.Connections.AcquireAsync(call, deadline.Token).ConfigureAwait(false);
            call.TargetEndpoint = granted.EndpointId;
            return granted.Granted
                ? await SendAsync(call, target, granted.Lease, deadline, cancellationToken).ConfigureAwait(false)
                : Failed(call, server.Server.Alias, granted.Fault);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var fault = new UpstreamFault(FaultReasons.Timeout, "It took longer than the gateway waits.", MayHaveRun: true);
            return Failed(call, server.Server.Alias, fault);
        }
    }

    private async ValueTask<GatewayAnswer> SendAsync(
        GatewayCall call, RouteTarget target, ConnectionLease lease, CallDeadline deadline, CancellationToken cancellationToken)
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
            return Finish(call, server, await suspended.StartAsync(call, server, lease, request, cancellationToken).ConfigureAwait(false));
        }

        using (lease)
        {
            return await ExchangeAsync(call, server, lease, request, deadline).ConfigureAwait(false);
        }
    }

    private async ValueTask<GatewayAnswer> ExchangeAsync(
        GatewayCall call, RegisteredServer server, ConnectionLease lease, RelayedRequest request, CallDeadline deadline)
    {
        using var observer = new RelayObserver(call, deadline);
        HeldCall? held = null;
        while (true)
        {
            var reply = await ClientSpan.SendAsync(lease.Connection, request, observer, server.Alias, deadline.Token).ConfigureAwait(false);
            reply = await ParameterRetry.AfterAsync(reply, request, lease.Connection, observer, deadline.Token).ConfigureAwait(false);
            if (!reply.Answered)
            {
                lease.Report(reply.Fault);
                return Failed(call, server.Alias, reply.Fault);
            }

            var era = lease.Connection.Handshake.Era;
            var message = request.Method == McpMethod.ToolsList ? Visible(reply.Message, lease.Connection) : reply.Message;
            if (era == ProtocolEra.Modern && tasks.Answer(call, server, message) is { } aboutTask)
            {
                return aboutTask;
            }

            if (call.Era == ProtocolEra.Modern || era == ProtocolEra.Legacy || message.IsError || !InputRequired.Is(message.Raw(message.Result)))
            {
                if (held is null)
                {
                    cached.Keep(call, message, lease.Connection.Handshake);
                }

                return AnswerTranslator.Translate(call, server.Alias, message, era, freshness.LegacyList.TtlMs);
            }

            held ??= new HeldCall(call, server.Alias, deadline, time);
            var (answers, error) = await held.AnswerAsync(message.Result.Of(message.Json), deadline.Token).ConfigureAwait(false);
            if (error is not null)
            {
                return AnswerWriter.Error(call.Id, error);
            }

            request = request.With(answers);
        }
    }

    private GatewayAnswer Failed(GatewayCall call, string alias, UpstreamFault fault) =>
        cached.TryAnswerStale(call, call.Target) ?? AnswerWriter.Error(call.Id, GatewayError.OfFault(alias, fault));

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
            return AnswerWriter.Error(call.Id, GatewayError.OfFault(server.Alias, reply.Fault));
        }

        return (reply.Message.IsError && reply.Message.ErrorCode == ErrorCodes.LegacyUrlElicitationRequired ? suspended.AskForUrls(call, server, reply.Message) : null)
            ?? AnswerTranslator.Translate(call, server.Alias, reply.Message, ProtocolEra.Legacy);
    }
}
