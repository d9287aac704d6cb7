using System.Buffers.Text;
using System.Diagnostics;
using McpRegistry.Analytics;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.ApiKeys;
using McpRegistry.AspNetCore.Gateway;
using McpRegistry.Auditing;
using McpRegistry.Protocol;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Analytics;

/// <summary>
/// Makes the record of a request when it has ended, out of what its exchange holds anyway. No header, query, body or argument
/// goes into it, but arguments for an audit trail that keeps them. The audit event of a call is taken before its answer goes out.
/// </summary>
internal sealed class RequestObserver(CallRecorder recorder, CallAuditWriter audit, RefusalBounds bounds, TimeProvider time)
{
    /// <summary>The status for a client that hung up; no status was sent then.</summary>
    private const int ClientClosedRequest = 499;

    private const string Cancelled = "cancelled";

    /// <summary>Marks a request whose refusal was taken.</summary>
    private static readonly object IsRefused = new();

    /// <summary>Longer names are no item's, and records that wait must not hold a client's megabytes.</summary>
    private const int MaxTargetLength = 2_048;

    private const int MaxIdBytes = RequestLogEntry.MaxNameLength;

    /// <summary>Gets a value that tells whether anybody wants records; nothing needs to be done for them otherwise.</summary>
    public bool IsOn => recorder.IsOn || audit.IsOn;

    /// <summary>Gets the start of a request for <see cref="Ended(HttpContext, Caller?, long)"/>.</summary>
    public long Started() => IsOn ? time.GetTimestamp() : 0;

    /// <summary>Notes the method and the id of a message while its bytes are at hand.</summary>
    public void Received(McpExchange exchange, ClientMessage message, int bytes)
    {
        if (!IsOn)
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

        exchange.Message = message;
    }

    /// <summary>Waits until the audit trail has room for a call; nothing was done for it before. False when it gets none in time.</summary>
    public async ValueTask<bool> EnterAsync(McpExchange exchange)
    {
        // A call that is given up here has not begun and leaves no event.
        exchange.IsAudited = true;
        var hasRoom = await audit.WaitForRoomAsync(exchange.Context.RequestAborted);
        exchange.IsAudited = !hasRoom;
        return hasRoom;
    }

    /// <summary>Takes the audit event of a call that has its answer, before that is sent.</summary>
    public void Answering(McpExchange exchange)
    {
        if (audit.IsOn && !exchange.IsAudited)
        {
            exchange.IsAudited = true;
            var record = Create(exchange);
            record.StatusCode = McpExchange.StatusOf(exchange.Answer!.Value);

            // What leads nowhere has no name at a server, but the client has said one.
            record.TargetName ??= record.ErrorCode != 0 && exchange.Message is { } message && !message.Name.IsMissing ? Cut(message.Text(message.Name)) : null;
            if (exchange.Message is { } received)
            {
                audit.TakeArguments(ref record, received);
            }

            audit.Write(record);
        }
    }

    /// <summary>Records an MCP request.</summary>
    public void Ended(McpExchange exchange)
    {
        if (!IsOn)
        {
            return;
        }

        var record = Create(exchange);

        // A client may close the connection as soon as it has its answer, and has cancelled nothing by that.
        if (!exchange.IsDelivered && exchange.Context.RequestAborted.IsCancellationRequested && (exchange.IsCancelled || exchange.Call is not null))
        {
            record.StatusCode = ClientClosedRequest;
            record.ErrorType ??= Cancelled;
        }

        if (recorder.IsOn)
        {
            recorder.Record(record);
        }

        // Withdrawn or cut off: there was no answer to take it before.
        if (!exchange.IsAudited && (exchange.IsCancelled || exchange.Call is not null || record.Failed))
        {
            exchange.IsAudited = true;
            audit.Write(record);
        }
    }

    /// <summary>Takes the audit event of a request that its caller may not make, before it is answered.</summary>
    /// <param name="context">The request.</param>
    /// <param name="caller">Who it is; null for nobody who was recognised.</param>
    /// <param name="status">The status of the answer.</param>
    /// <param name="reason">Why, as the answer says it; null for a missing credential or scope.</param>
    public async ValueTask ForbiddenAsync(HttpContext context, Caller? caller, int status, string? reason = null)
    {
        context.Items[IsRefused] = IsRefused;
        if (!audit.IsOn || !bounds.TryTake(caller, out var suppressed))
        {
            return;
        }

        if (!await audit.WaitForRoomAsync(context.RequestAborted))
        {
            // Nothing was asked of the gateway that could be held back. The log says that the trail had no room, and the next event how often.
            bounds.GiveBack(caller, suppressed);
            return;
        }

        var record = Begin(context, caller, time.GetTimestamp());
        record.StatusCode = status;
        record.Suppressed = suppressed;
        record.ErrorType = reason ?? (caller is null ? "unauthorized" : "forbidden");
        audit.Write(record);
    }

    /// <summary>
    /// Takes the audit event of a request whose caller is refused (403), unless it was taken already by somebody who knows of the caller
    /// what the request does not tell.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="reason">Why, as the answer says it.</param>
    public ValueTask RefusingAsync(HttpContext context, string reason) => context.Items.ContainsKey(IsRefused)
        ? ValueTask.CompletedTask
        : ForbiddenAsync(context, context.User.GetCaller(), StatusCodes.Status403Forbidden, reason);

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

    private CallRecord Create(McpExchange exchange)
    {
        var record = Begin(exchange.Context, exchange.Caller, exchange.Started);
        record.Server = exchange.Call?.Target;
        record.EndpointId = exchange.Call?.TargetEndpoint ?? default;
        record.TargetName = Cut(exchange.Call?.TargetName);
        record.McpMethod = exchange.Method;
        record.RequestNumber = exchange.RequestNumber;
        record.RequestId = exchange.RequestId;
        record.RequestBytes = exchange.RequestBytes;
        record.ResponseBytes = exchange.Answer is { } answer ? answer.Json.Length : null;
        record.ErrorCode = exchange.Answer?.ErrorCode ?? 0;
        record.ErrorType = exchange.IsCancelled ? Cancelled : exchange.Answer?.Reason;

        return record;
    }

    private static string? Cut(string? name) => name is { Length: > MaxTargetLength } ? name[..MaxTargetLength] : name;

    private CallRecord Begin(HttpContext context, Caller? caller, long started) => new()
    {
        Tenant = caller?.Tenant ?? default,
        ApiKeyId = caller?.KeyId,
        Caller = caller,
        UserAgent = context.Request.Headers.UserAgent,
        HttpMethod = context.Request.Method,
        Path = context.Request.Path.Value ?? "",
        TraceId = Activity.Current?.TraceId ?? default,
        Address = context.Connection.RemoteIpAddress,
        EndedAt = time.GetUtcNow(),
        Duration = time.GetElapsedTime(started),
        StatusCode = context.Response.StatusCode,
    };
}
