using System.Diagnostics;
using McpRegistry.Gateway;
using McpRegistry.Upstream;

namespace McpRegistry.Telemetry;

/// <summary>The span of a request to an upstream: the gateway as a client.</summary>
internal static class ClientSpan
{
    /// <summary>Sends a request within a span, which becomes the parent of what the upstream does.</summary>
    /// <param name="connection">Where to.</param>
    /// <param name="request">The request.</param>
    /// <param name="observer">Hears its notifications.</param>
    /// <param name="alias">The alias of the upstream.</param>
    /// <param name="cancellationToken">Cancels it; throws <see cref="OperationCanceledException"/>.</param>
    public static ValueTask<UpstreamReply> SendAsync(
        UpstreamConnection connection, RelayedRequest request, IUpstreamObserver observer, string alias, CancellationToken cancellationToken) =>
        RegistryTracing.IsOn
            ? TraceAsync(connection, request, observer, alias, cancellationToken)
            : connection.SendAsync(request, observer, cancellationToken);

    private static async ValueTask<UpstreamReply> TraceAsync(
        UpstreamConnection connection, RelayedRequest request, IUpstreamObserver observer, string alias, CancellationToken cancellationToken)
    {
        using var span = RegistryTracing.Source.StartActivity(SpanTags.Method(request.Method), ActivityKind.Client);
        request.Span = span;
        try
        {
            var reply = await connection.SendAsync(request, observer, cancellationToken).ConfigureAwait(false);
            if (span is { IsAllDataRequested: true })
            {
                SpanTags.SetMethod(span, request.Method, connection.Handshake.Revision);
                SpanTags.SetTarget(span, request.Method, request.RoutingName);
                span.SetTag("mcp_registry.server", alias);
                Describe(span, request, reply);
            }

            return reply;
        }
        catch (OperationCanceledException)
        {
            if (span is not null)
            {
                SpanTags.SetError(span, "cancelled", null);
            }

            throw;
        }
    }

    private static void Describe(Activity span, RelayedRequest request, UpstreamReply reply)
    {
        if (!reply.Answered)
        {
            SpanTags.SetError(span, reply.Fault.Reason, null);
        }
        else if (reply.Message.IsError)
        {
            SpanTags.SetError(span, reply.Message.ErrorCode, null);
        }
        else
        {
            SpanTags.SetOutcome(span, request.Method, reply.Message.Raw(reply.Message.Result));
        }
    }
}
