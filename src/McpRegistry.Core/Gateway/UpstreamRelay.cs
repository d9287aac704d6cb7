using System.Buffers;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;

namespace McpRegistry.Gateway;

/// <summary>Sends a request to its upstream and writes the answer for the client.</summary>
internal sealed class UpstreamRelay(IOptions<GatewayOptions> options, TimeProvider time)
{
    /// <summary>The reason of errors that are the server's own; what it says about them stays between it and the client.</summary>
    private const string UpstreamError = "upstream_error";

    /// <summary>Relays a request.</summary>
    /// <param name="call">The request.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="cancellationToken">The client's; cancels the call at the upstream too and throws <see cref="OperationCanceledException"/>.</param>
    public async ValueTask<GatewayAnswer> SendAsync(GatewayCall call, RouteTarget target, CancellationToken cancellationToken)
    {
        var alias = target.Server!.Server.Alias;
        using var deadline = new CallDeadline(options.Value, time, cancellationToken);
        try
        {
            var granted = await target.Server.Connections.AcquireAsync(call, deadline.Token).ConfigureAwait(false);
            call.TargetEndpoint = granted.EndpointId;
            if (!granted.Granted)
            {
                return AnswerWriter.Error(call.Id, GatewayError.OfFault(alias, granted.Fault));
            }

            using var lease = granted.Lease;
            var request = new RelayedRequest
            {
                Call = call,
                Method = call.Message.Method,
                RoutingName = target.RoutingName,
                UpstreamName = target.UpstreamName,
                LogLevel = call.LogLevel,
                Parameters = target.Parameters,
            };
            var observer = new RelayObserver(call, deadline);
            var reply = await lease.Connection.SendAsync(request, observer, deadline.Token).ConfigureAwait(false);
            reply = await ParameterRetry.AfterAsync(reply, request, target.Server, lease.Connection, observer, deadline.Token).ConfigureAwait(false);
            if (!reply.Answered)
            {
                lease.Report(reply.Fault);
                return AnswerWriter.Error(call.Id, GatewayError.OfFault(alias, reply.Fault));
            }

            var message = request.Method == McpMethod.ToolsList && lease.Connection.MirrorsParameters ? ListedTools.WithoutInvalid(reply.Message) : reply.Message;
            return Translate(call, alias, message, lease.Connection.Handshake.Era);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var fault = new UpstreamFault(FaultReasons.Timeout, "It took longer than the gateway waits.", MayHaveRun: true);
            return AnswerWriter.Error(call.Id, GatewayError.OfFault(alias, fault));
        }
    }

    private static GatewayAnswer Translate(GatewayCall call, string alias, UpstreamMessage message, ProtocolEra from)
    {
        if (message.IsError)
        {
            return TranslateError(call, alias, message, from);
        }

        var result = message.Raw(message.Result);
        if (from == ProtocolEra.Modern && call.Era == ProtocolEra.Legacy && !ResultRewriter.IsComplete(result))
        {
            return AnswerWriter.Error(call.Id, new GatewayError(
                ErrorCodes.InternalError, $"Server '{alias}' asks a question that cannot be relayed to a client of this protocol revision.", "question_not_relayed")
            {
                Upstream = alias,
            });
        }

        var output = new ArrayBufferWriter<byte>(result.Length + 128);
        ResultRewriter.WriteResult(output, call.Id, result, call.Message.Method, from, call.Era);
        return new GatewayAnswer(output.WrittenMemory);
    }

    private static GatewayAnswer TranslateError(GatewayCall call, string alias, UpstreamMessage message, ProtocolEra from)
    {
        var code = message.ErrorCode;
        if (IsBetweenUs(code, from, call.Era))
        {
            return AnswerWriter.Error(call.Id, new GatewayError(
                ErrorCodes.InternalError, $"Server '{alias}' refused the request: {ErrorText.Trim(message.ErrorMessage)}", FaultReasons.ProtocolError)
            {
                Upstream = alias,
            });
        }

        var output = new ArrayBufferWriter<byte>(message.Error.Length + 128);
        ResultRewriter.WriteError(output, call.Id, message.Raw(message.Error), code, call.Message.Raw(call.Message.Uri), from, call.Era);
        var isTranslated = code == ErrorCodes.LegacyResourceNotFound && from != call.Era && from == ProtocolEra.Legacy;
        return new GatewayAnswer(output.WrittenMemory, isTranslated ? ErrorCodes.InvalidParams : code, Reason: UpstreamError);
    }

    /// <summary>
    /// Errors about the hop between gateway and server would mislead the client: header and version faults always, and
    /// codes that its own revision does not know or forbids (protocol.md 2.2, 5.2 and 5.5).
    /// </summary>
    private static bool IsBetweenUs(int code, ProtocolEra from, ProtocolEra to) => code switch
    {
        ErrorCodes.HeaderMismatch or ErrorCodes.UnsupportedProtocolVersion => true,
        ErrorCodes.MissingClientCapability => to == ProtocolEra.Legacy,
        ErrorCodes.LegacyUrlElicitationRequired => from == ProtocolEra.Legacy && to == ProtocolEra.Modern,
        _ => false,
    };
}
