using McpRegistry.ConformanceServer.Changes;
using McpRegistry.ConformanceServer.Hosting;
using McpRegistry.ConformanceServer.Http;
using McpRegistry.ConformanceServer.Tools;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpRegistry.ConformanceServer.Modern;

/// <summary>2026-07-28 over HTTP: one POST, one transport, one server.</summary>
internal sealed class ModernEndpoint
{
    private readonly McpServerOptions _options;
    private readonly ToolCatalogue _tools;
    private readonly ILoggerFactory _logging;
    private readonly IServiceProvider _services;

    public ModernEndpoint(ServerDescription description, ToolCatalogue tools, ILoggerFactory logging, IServiceProvider services)
    {
        (_tools, _logging, _services) = (tools, logging, services);
        _options = description.Create(Era.Modern, new WatchedResources());
        _options.ProtocolVersion = Revisions.Modern;
    }

    public async Task PostAsync(HttpContext context)
    {
        if (!RequestGuard.TryAdmit(context, hasBody: true, RequestGuard.Json, RequestGuard.EventStream))
        {
            return;
        }

        var body = await RequestBody.ReadAsync(context);
        var message = body.Messages.FirstOrDefault();
        var headers = context.Request.Headers;
        var fault = body.Fault
            ?? (body.IsBatch || message is JsonRpcResponse or JsonRpcError
                ? new Fault(StatusCodes.Status400BadRequest, McpErrorCode.InvalidRequest, "One request or notification, please.")
                : null)
            ?? (message is JsonRpcRequest request
                ? EnvelopeCheck.Check(headers, request) ?? HeaderCheck.Check(headers, request)
                    ?? EnvelopeCheck.CheckMethod(request) ?? HeaderCheck.CheckParameters(headers, request, _tools)
                : null);
        await (fault is null ? ServeAsync(context, message!) : fault.WriteAsync(context, message is JsonRpcRequest { Id: var id } ? id : default));
    }

    private async Task ServeAsync(HttpContext context, JsonRpcMessage message)
    {
        await using var transport = new StreamableHttpServerTransport(_logging) { Stateless = true };
        await using var server = McpServer.Create(transport, _options, _logging, _services);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var running = server.RunAsync(stop.Token);
        try
        {
            EventStreamResponse.Begin(context.Response);

            // Without the revision the transport sends the headers at once, and the status could not follow the first message.
            message.Context = new JsonRpcMessageContext { ProtocolVersion = Revisions.Modern };
            if (!await transport.HandlePostRequestAsync(message, context.Response.Body, first => SetStatus(context.Response, first), context.RequestAborted))
            {
                EventStreamResponse.Accept(context.Response);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client hung up, which is how a call of this revision is cancelled.
        }
        finally
        {
            await stop.CancelAsync();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static ValueTask SetStatus(HttpResponse response, JsonRpcMessage? first)
    {
        if (first is JsonRpcError { Error.Code: var code } && !response.HasStarted)
        {
            response.StatusCode = (McpErrorCode)code switch
            {
                McpErrorCode.MethodNotFound => StatusCodes.Status404NotFound,
                McpErrorCode.HeaderMismatch or McpErrorCode.MissingRequiredClientCapability or McpErrorCode.UnsupportedProtocolVersion =>
                    StatusCodes.Status400BadRequest,
                _ => StatusCodes.Status200OK,
            };
        }

        return ValueTask.CompletedTask;
    }
}
