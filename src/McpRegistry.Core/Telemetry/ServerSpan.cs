using System.Diagnostics;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Servers;

namespace McpRegistry.Telemetry;

/// <summary>The span of a client's request: the gateway as a server.</summary>
internal static class ServerSpan
{
    /// <summary>Runs a request within a span. The context in <c>_meta</c> is its parent, else the one of HTTP.</summary>
    public static async ValueTask<GatewayAnswer> RunAsync(
        GatewayCall call, Func<GatewayCall, CancellationToken, ValueTask<GatewayAnswer>> handle, CancellationToken cancellationToken)
    {
        using var span = Start(call);
        try
        {
            var answer = await handle(call, cancellationToken).ConfigureAwait(false);
            if (span is { IsAllDataRequested: true })
            {
                Describe(span, call, answer);
            }

            return answer;
        }
        catch (Exception exception)
        {
            if (span is not null)
            {
                SpanTags.SetError(span, exception is OperationCanceledException ? "cancelled" : exception.GetType().FullName!, null);
            }

            throw;
        }
    }

    private static Activity? Start(GatewayCall call)
    {
        var name = SpanTags.Method(call.Message.Method);
        if (TraceContext.Read(call.Message.Raw(call.Message.Meta)) is not { } parent)
        {
            return RegistryTracing.Source.StartActivity(name, ActivityKind.Server);
        }

        var links = Activity.Current is { } transport ? new[] { new ActivityLink(transport.Context) } : null;
        return RegistryTracing.Source.StartActivity(name, ActivityKind.Server, parent, links: links);
    }

    private static void Describe(Activity span, GatewayCall call, GatewayAnswer answer)
    {
        var message = call.Message;
        SpanTags.SetMethod(span, message.Method, call.Era == ProtocolEra.Modern ? ProtocolRevision.Modern : call.Session!.Revision);
        SpanTags.SetRequestId(span, message.Text(message.Id) ?? System.Text.Encoding.UTF8.GetString(call.Id));
        if (call.Target is { } target)
        {
            span.SetTag("mcp_registry.server", target.Server.Alias);
            SpanTags.SetTarget(span, message.Method, message.Text(message.Method == McpMethod.ResourcesRead ? message.Uri : message.Name));
        }

        if (answer.ErrorCode != 0)
        {
            SpanTags.SetError(span, answer.ErrorCode, answer.Reason);
        }
        else
        {
            var result = JsonMembers.Find(answer.Json.Span, "result"u8);
            SpanTags.SetOutcome(span, message.Method, result.Of(answer.Json.Span));
        }
    }
}
