using System.Buffers.Text;
using System.Diagnostics;
using McpRegistry.Analytics;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Gateway;
using McpRegistry.Protocol;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Analytics;

/// <summary>
/// Makes the record of a request when it has ended, out of what its exchange holds anyway. No header, query, body or argument
/// goes into it.
/// </summary>
internal sealed class RequestObserver(CallRecorder recorder, TimeProvider time)
{
    /// <summary>The status for a client that hung up; no status was sent then.</summary>
    private const int ClientClosedRequest = 499;

    private const string Cancelled = "cancelled";

    /// <summary>Longer names are no item's, and records that wait must not hold a client's megabytes.</summary>
    private const int MaxTargetLength = 2_048;

    private const int MaxIdBytes = RequestLogEntry.MaxNameLength;

    /// <summary>Gets a value that tells whether anybody wants records; nothing needs to be done for them otherwise.</summary>
    public bool IsOn => recorder.IsOn;

    /// <summary>Gets the start of a request for <see cref="Ended(HttpContext, Caller?, long)"/>.</summary>
    public long Started() => recorder.IsOn ? time.GetTimestamp() : 0;

    /// <summary>Notes the method and the id of a message while its bytes are at hand.</summary>
    public void Received(McpExchange exchange, ClientMessage message, int bytes)
    {
        if (!recorder.IsOn)
        {
            return;
        }

        exchange.RequestBytes = bytes;
        exchange.Method = message.Method;
        var id = message.Raw(message.Id);
        if (Utf8Parser.TryParse(id, out long number, out var used) && used == id.Length)
        {
            exchange.RequestNumber = number;
        }
        else if (id.Length is > 1 and <= MaxIdBytes)
        {
            exchange.RequestId = message.Text(message.Id);
        }
    }

    /// <summary>Records an MCP request.</summary>
    public void Ended(McpExchange exchange, long started)
    {
        if (!recorder.IsOn)
        {
            return;
        }

        var record = Begin(exchange.Context, exchange.Caller, started);
        record.Server = exchange.Call?.Target;
        record.EndpointId = exchange.Call?.TargetEndpoint ?? default;
        record.TargetName = exchange.Call?.TargetName is { Length: > MaxTargetLength } name ? name[..MaxTargetLength] : exchange.Call?.TargetName;
        record.McpMethod = exchange.Method;
        record.RequestNumber = exchange.RequestNumber;
        record.RequestId = exchange.RequestId;
        record.RequestBytes = exchange.RequestBytes;
        record.ResponseBytes = exchange.Answer is { } answer ? answer.Json.Length : null;
        record.ErrorType = exchange.IsCancelled ? Cancelled : exchange.Answer?.Reason;

        // A client may close the connection as soon as it has its answer, and has cancelled nothing by that.
        if (!exchange.IsDelivered && exchange.Context.RequestAborted.IsCancellationRequested && (exchange.IsCancelled || exchange.Call is not null))
        {
            record.StatusCode = ClientClosedRequest;
            record.ErrorType ??= Cancelled;
        }

        recorder.Record(record);
    }

    /// <summary>Records a request of the REST side.</summary>
    public void Ended(HttpContext context, Caller? caller, long started)
    {
        if (!recorder.IsOn)
        {
            return;
        }

        var record = Begin(context, caller, started);
        record.RequestBytes = context.Request.ContentLength;
        record.ResponseBytes = context.Response.ContentLength;
        if (context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            record.StatusCode = ClientClosedRequest;
        }

        recorder.Record(record);
    }

    private CallRecord Begin(HttpContext context, Caller? caller, long started) => new()
    {
        Tenant = caller?.Tenant ?? default,
        ApiKeyId = caller?.KeyId,
        HttpMethod = context.Request.Method,
        Path = context.Request.Path.Value ?? "",
        TraceId = Activity.Current?.TraceId ?? default,
        Address = context.Connection.RemoteIpAddress,
        EndedAt = time.GetUtcNow(),
        Duration = time.GetElapsedTime(started),
        StatusCode = context.Response.StatusCode,
    };
}
