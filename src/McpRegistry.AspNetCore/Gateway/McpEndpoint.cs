using McpRegistry.AspNetCore.Analytics;
using McpRegistry.AspNetCore.ApiKeys;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Routing;
using McpRegistry.Servers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace McpRegistry.AspNetCore.Gateway;

/// <summary>The MCP endpoint: checks a POST in the order of protocol.md 2.1 and hands it to its era.</summary>
internal sealed class McpEndpoint(
    ModernHandler modern, LegacyHandler legacy, BatchHandler batches, RequestObserver observer, RoutingRules rules, IOptions<GatewayOptions> options, ILogger<McpEndpoint> logger)
{
    /// <summary>Serves <c>POST</c> on the merged endpoint and on the ones of single servers.</summary>
    public Task PostAsync(HttpContext context) => ServeAsync(context, ReceiveAsync);

    /// <summary>Serves <c>GET</c>: a legacy client listens to what belongs to none of its requests.</summary>
    public Task GetAsync(HttpContext context) => ServeAsync(context, legacy.ListenAsync);

    /// <summary>Serves <c>DELETE</c>: a legacy client ends its session.</summary>
    public Task DeleteAsync(HttpContext context) => ServeAsync(context, legacy.EndSessionAsync);

    /// <summary>What nobody foresaw is logged here and answered without its text.</summary>
    private async Task ServeAsync(HttpContext context, Func<McpExchange, Task> serve)
    {
        // A host may have replaced the policy by one that lets in principals of which the gateway knows nothing.
        if (context.User.GetCaller() is not { } caller)
        {
            await observer.ForbiddenAsync(context, null, StatusCodes.Status403Forbidden);
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        var exchange = new McpExchange(context, context.Request.RouteValues["alias"] as string, caller, observer)
        {
            RuleHeaders = RuleHeaders.Read(context.Request.Headers, rules.Current.Headers),
            TimeoutMs = TimeoutHeader.Of(context.Request.Headers),
            Started = observer.Started(),
        };
        try
        {
            await (await observer.EnterAsync(exchange) ? serve(exchange) : exchange.AnswerAsync(AnswerWriter.Error([], GatewayError.NotAudited())));
        }
        catch (Exception exception) when (CanAnswer(context, exception))
        {
            await FailAsync(exchange, [], exception);
        }
        catch (Exception)
        {
            // The client hung up or sent less than it promised; whoever is above answers, if there is still somebody.
            exchange.IsCancelled = true;
            throw;
        }
        finally
        {
            if (!exchange.IsBatch)
            {
                observer.Ended(exchange);
            }
        }
    }

    private Task FailAsync(McpExchange exchange, ReadOnlySpan<byte> id, Exception exception)
    {
        logger.RequestFailed(exception);
        return exchange.AnswerAsync(AnswerWriter.Error(id, GatewayError.Unforeseen()));
    }

    private static bool CanAnswer(HttpContext context, Exception exception) =>
        !context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted && exception is not BadHttpRequestException;

    private async Task ReceiveAsync(McpExchange exchange)
    {
        var request = exchange.Context.Request;
        if (!IsJson(request.ContentType))
        {
            await RefuseAsync(exchange, StatusCodes.Status415UnsupportedMediaType, "The body must be application/json.", "content_type");
            return;
        }

        if (!Accepts.TryRead(request, out var takesJson, out var takesStream) || !takesJson)
        {
            await RefuseAsync(exchange, StatusCodes.Status406NotAcceptable, "Accept application/json, and text/event-stream to hear more than the answer.", "accept");
            return;
        }

        if (exchange.Context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            // The web server's own limit would make a larger one of the gateway useless, and refuses without a body.
            limit.MaxRequestBodySize = null;
        }

        RequestBody? read;
        try
        {
            read = await RequestBody.ReadAsync(request, options.Value.MaxRequestBytes, exchange.Context.RequestAborted);
        }
        catch (BadHttpRequestException exception)
        {
            // Broken chunks, or a client too slow. The web server would log it as an error of the application.
            await RefuseAsync(exchange, exception.StatusCode, "The body did not arrive as HTTP wants it.", "incomplete_body");
            return;
        }

        if (read is not { } body)
        {
            await RefuseAsync(exchange, StatusCodes.Status413PayloadTooLarge, $"The body is larger than {options.Value.MaxRequestBytes} bytes.", "too_large");
            return;
        }

        using (body)
        {
            exchange.TakesStream = takesStream;
            await HandleAsync(exchange, body.Bytes);
        }
    }

    private async Task HandleAsync(McpExchange exchange, ReadOnlyMemory<byte> bytes)
    {
        var limits = EnvelopeLimits.Default;
        var fault = EnvelopeReader.Read(bytes, limits, out var message);
        observer.Received(exchange, message, bytes.Length);
        if (fault == EnvelopeFault.Batch)
        {
            await batches.HandleAsync(exchange, bytes);
            return;
        }

        if (fault != EnvelopeFault.None)
        {
            await exchange.AnswerAsync(AnswerWriter.Error(message.Raw(message.Id), EnvelopeErrors.Of(fault, limits)));
            return;
        }

        var request = exchange.Context.Request;
        var error = VersionHeader.IsRepeated(request) ? EraClassifier.Mismatch("The header MCP-Protocol-Version is sent more than once.") : null;
        var era = EraClassifier.Classify(message, VersionHeader.IsSent(request) ? VersionHeader.Of(request) : null, out var mismatch);
        error ??= mismatch;
        if (error is not null)
        {
            await exchange.AnswerAsync(AnswerWriter.Error(message.Raw(message.Id), error));
            return;
        }

        try
        {
            await (era == ProtocolEra.Modern ? modern.HandleAsync(exchange, message) : legacy.HandleAsync(exchange, message));
        }
        catch (Exception exception) when (CanAnswer(exchange.Context, exception))
        {
            // Here and not with the others: this one has an id to repeat.
            await FailAsync(exchange, message.Raw(message.Id), exception);
        }
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase);

    private static Task RefuseAsync(McpExchange exchange, int status, string message, string reason) =>
        exchange.AnswerAsync(AnswerWriter.Error([], new GatewayError(ErrorCodes.InvalidRequest, message, reason) { HttpStatus = status }));
}
