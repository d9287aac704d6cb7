using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Telemetry;
using McpRegistry.Upstream;

namespace McpRegistry.Gateway;

/// <summary>Repeats a tool call that its server refused because its headers were made by an old schema; the tool has not run.</summary>
internal static class ParameterRetry
{
    /// <summary>Looks at a reply and repeats the call at most once.</summary>
    /// <param name="reply">The reply.</param>
    /// <param name="request">What it answers.</param>
    /// <param name="connection">Where the request went.</param>
    /// <param name="observer">Hears the notifications of the call.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The reply to give on.</returns>
    public static ValueTask<UpstreamReply> AfterAsync(
        UpstreamReply reply, RelayedRequest request, UpstreamConnection connection, IUpstreamObserver observer, CancellationToken cancellationToken) =>
        request.Method == McpMethod.ToolsCall && connection.MirrorsParameters
        && reply is { Answered: true, Message: { IsError: true, ErrorCode: ErrorCodes.HeaderMismatch } }
            ? RetryAsync(reply, request, connection, observer, cancellationToken)
            : new(reply);

    private static async ValueTask<UpstreamReply> RetryAsync(
        UpstreamReply reply, RelayedRequest request, UpstreamConnection connection, IUpstreamObserver observer, CancellationToken cancellationToken)
    {
        var report = await request.Call.Target!.Connections.RereadAsync(cancellationToken).ConfigureAwait(false);
        var renewed = AnnotatedTools.Find(report, request.RoutingName);
        if (ParameterHeaders.AreSame(renewed, request.Parameters) || Contradicts(request.Call, renewed))
        {
            return reply;
        }

        request.Parameters = renewed;
        return await ClientSpan.SendAsync(connection, request, observer, request.Call.Target.Server.Alias, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What the client says in a header must not become true by being replaced: others may have acted on it.</summary>
    private static bool Contradicts(GatewayCall call, ParameterHeaders? renewed) =>
        call.Era == ProtocolEra.Modern && renewed is not null && ParameterMirror.Check(call, renewed, mayLack: true) is not null;
}
