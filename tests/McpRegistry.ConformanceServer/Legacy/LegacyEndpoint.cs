using System.Buffers;
using System.Net.ServerSentEvents;
using System.Text.Json;
using McpRegistry.ConformanceServer.Hosting;
using McpRegistry.ConformanceServer.Http;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpRegistry.ConformanceServer.Legacy;

/// <summary>The session revisions over HTTP: POST, the GET stream, its resumption, and DELETE.</summary>
internal sealed class LegacyEndpoint(LegacySessions sessions, IHostApplicationLifetime lifetime)
{
    public async Task PostAsync(HttpContext context)
    {
        if (!RequestGuard.TryAdmit(context, hasBody: true, RequestGuard.Json, RequestGuard.EventStream))
        {
            return;
        }

        var body = await RequestBody.ReadAsync(context);
        var id = body.Messages is [JsonRpcRequest request] ? request.Id : default;
        var fault = body.Fault ?? LegacyCheck.Check(context.Request.Headers, body.Messages);
        if (fault is null && body is { IsBatch: false, Messages: [JsonRpcRequest { Method: RequestMethods.Initialize }] })
        {
            await ServeAsync(context, sessions.Open(), body.Messages);
        }
        else if (fault is not null)
        {
            await fault.WriteAsync(context, id);
        }
        else if (await FindAsync(context, id) is { } session)
        {
            await (body.IsBatch && session.Revision != Revisions.WithBatches
                ? new Fault(StatusCodes.Status400BadRequest, McpErrorCode.InvalidRequest, "This revision has no batches.").WriteAsync(context, default)
                : ServeAsync(context, session, body.Messages));
        }
    }

    public async Task GetAsync(HttpContext context)
    {
        if (!RequestGuard.TryAdmit(context, hasBody: false, RequestGuard.EventStream) || await FindAsync(context, default) is not { } session)
        {
            return;
        }

        var lastEvent = context.Request.Headers[ProtocolHeaders.LastEventId].ToString();
        var kept = lastEvent.Length == 0 ? null : await session.Events.GetStreamReaderAsync(lastEvent, context.RequestAborted);
        if (kept is null && (lastEvent.Length > 0 || !session.TryOpenStream()))
        {
            await new Fault(StatusCodes.Status400BadRequest, McpErrorCode.InvalidRequest, "There is no such stream to take up.").WriteAsync(context, default);
            return;
        }

        EventStreamResponse.Begin(context.Response);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await (kept is null
                ? session.Transport.HandleGetRequestAsync(context.Response.Body, end.Token)
                : SseFormatter.WriteAsync(kept.ReadEventsAsync(end.Token), context.Response.Body, Write, end.Token));
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // This is how such a stream ends.
        }
    }

    public async Task DeleteAsync(HttpContext context)
    {
        if (RequestGuard.TryAdmit(context, hasBody: false) && await FindAsync(context, default) is { } session)
        {
            await sessions.EndAsync(session);
        }
    }

    private async Task<LegacySession?> FindAsync(HttpContext context, RequestId id)
    {
        var name = context.Request.Headers[ProtocolHeaders.Session].ToString();
        var session = sessions.Find(name);
        if (session is null)
        {
            await (name.Length == 0
                ? new Fault(StatusCodes.Status400BadRequest, McpErrorCode.InvalidRequest, $"{ProtocolHeaders.Session} is missing.")
                : new Fault(StatusCodes.Status404NotFound, McpErrorCode.InvalidRequest, "There is no such session.")).WriteAsync(context, id);
        }

        return session;
    }

    private static async Task ServeAsync(HttpContext context, LegacySession session, JsonRpcMessage[] messages)
    {
        EventStreamResponse.Begin(context.Response);
        context.Response.Headers[ProtocolHeaders.Session] = session.Id;
        try
        {
            var answered = false;
            foreach (var message in messages)
            {
                answered |= await session.Transport.HandlePostRequestAsync(message, context.Response.Body, context.RequestAborted);
            }

            if (!answered)
            {
                EventStreamResponse.Accept(context.Response);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client hung up. In these revisions that cancels nothing; the call goes on.
        }
    }

    private static void Write(SseItem<JsonRpcMessage?> item, IBufferWriter<byte> target)
    {
        if (item.Data is { } message)
        {
            using var writer = new Utf8JsonWriter(target);
            JsonSerializer.Serialize(writer, message, McpJsonUtilities.DefaultOptions);
        }
    }
}
