using System.Text.Json;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpRegistry.SampleServer.Http;

/// <summary>
/// One POST, one transport, one server: the stateless form of Streamable HTTP. It serves 2026-07-28 and, as no tool of
/// this server asks the client anything, the session revisions as well.
/// </summary>
internal sealed class McpEndpoint(IOptions<McpServerOptions> options, ILoggerFactory logging, IServiceProvider services)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (!RequestGuard.TryAdmit(context))
        {
            return;
        }

        JsonRpcMessage? message;
        try
        {
            message = await context.Request.ReadFromJsonAsync<JsonRpcMessage>(McpJsonUtilities.DefaultOptions, context.RequestAborted);
        }
        catch (JsonException)
        {
            message = null;
        }

        if (message is null)
        {
            await ErrorAnswer.WriteAsync(context, default, McpErrorCode.ParseError, "The body is not one JSON-RPC message.");
        }
        else if (EnvelopeGuard.Check(context.Request.Headers, message) is { } mismatch)
        {
            var id = message is JsonRpcMessageWithId identified ? identified.Id : default;
            await ErrorAnswer.WriteAsync(context, id, mismatch.Code, mismatch.Message);
        }
        else
        {
            await ServeAsync(context, message);
        }
    }

    private async Task ServeAsync(HttpContext context, JsonRpcMessage message)
    {
        await using var transport = new StreamableHttpServerTransport(logging) { Stateless = true };
        await using var server = McpServer.Create(transport, options.Value, logging, services);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var running = server.RunAsync(stop.Token);
        try
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.CacheControl = "no-cache,no-store";
            var answered = await transport.HandlePostRequestAsync(message, context.Response.Body, first => SetStatus(context, first), context.RequestAborted);
            if (!answered)
            {
                context.Response.ContentType = null;
                context.Response.StatusCode = StatusCodes.Status202Accepted;
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client hung up, which is how a call of 2026-07-28 is cancelled.
        }
        finally
        {
            await stop.CancelAsync();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static ValueTask SetStatus(HttpContext context, JsonRpcMessage? first)
    {
        if (first is JsonRpcError error && !context.Response.HasStarted && EnvelopeGuard.IsModern(context.Request.Headers))
        {
            context.Response.StatusCode = ErrorAnswer.StatusOf((McpErrorCode)error.Error.Code);
        }

        return ValueTask.CompletedTask;
    }
}
