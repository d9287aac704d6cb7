using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace McpRegistry.AspNetCore.Gateway;

/// <summary>Serves clients of 2026-07-28: every request stands alone, and a client that hangs up has cancelled it.</summary>
internal sealed class ModernHandler(GatewayDispatcher dispatcher, IOptions<GatewayOptions> options, TimeProvider time)
{
    private readonly Func<string, bool> _allowsExtension = options.Value.Allows;
    private readonly bool _forwardsClientInfo = options.Value.ForwardClientInfo;

    public async Task HandleAsync(McpExchange exchange, ClientMessage message)
    {
        var headers = exchange.Context.Request.Headers;
        if (message.Kind == MessageKind.Notification)
        {
            exchange.Context.Response.StatusCode = StatusCodes.Status202Accepted;
            return;
        }

        var error = message.Kind == MessageKind.Response
            ? GatewayError.BadEnvelope(ErrorCodes.InvalidRequest, "This protocol revision has no responses from clients.", "unexpected_response")
            : ModernEnvelope.Check(message, VersionHeader.Of(exchange.Context.Request)) ?? ModernHeaders.Check(headers, message);
        IReadOnlyList<KeyValuePair<string, string>> parameters = [];
        error ??= ParameterHeaderReader.Read(headers, message, out parameters);
        if (error is not null)
        {
            await exchange.AnswerAsync(AnswerWriter.Error(message.Raw(message.Id), error));
            return;
        }

        await using var stream = new HttpAnswerStream(exchange.Context, exchange.TakesStream, options.Value.KeepAliveInterval, time);
        var call = new GatewayCall
        {
            Message = message,
            Era = ProtocolEra.Modern,
            Caller = exchange.Caller,
            Address = exchange.Context.Connection.RemoteIpAddress,
            Alias = exchange.Alias,
            ParameterHeaders = parameters,
            Headers = exchange.RuleHeaders,
            TimeoutMs = exchange.TimeoutMs,
            AllowsExtension = _allowsExtension,
            ForwardsClientInfo = _forwardsClientInfo,
            Stream = stream,
        };
        exchange.Call = call;
        try
        {
            var answer = await dispatcher.HandleAsync(call, exchange.Context.RequestAborted);
            exchange.Take(answer);
            await stream.CompleteAsync(answer, McpExchange.StatusOf(answer));
            exchange.IsDelivered = true;
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException && exchange.Context.RequestAborted.IsCancellationRequested)
        {
            // The client hung up, which cancels the request; there is nobody left to answer.
        }
    }
}
