using System.Text;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Discovery;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Upstream;
using McpRegistry.Watching;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.AspNetCore.Gateway;

/// <summary>Serves clients of the session revisions, 2025-03-26 to 2025-11-25.</summary>
internal sealed class LegacyHandler(
    GatewayDispatcher dispatcher, ClientSessions sessions, SessionFeeds feeds, CallerStreams streams, ResumableStreams resumable, IOptions<GatewayOptions> options,
    TimeProvider time, IHostApplicationLifetime lifetime, ILogger<LegacyHandler> logger)
{
    private const string SessionHeader = "Mcp-Session-Id";

    public Task HandleAsync(McpExchange exchange, ClientMessage message)
    {
        if (message is { Kind: MessageKind.Request, Method: McpMethod.Initialize })
        {
            return InitializeAsync(exchange, message);
        }

        if (!TryFindSession(exchange, out var session, out var error))
        {
            return exchange.AnswerAsync(AnswerWriter.Error(message.Raw(message.Id), error));
        }

        if (message.Kind == MessageKind.Request)
        {
            return CallAsync(exchange, message, session);
        }

        Take(session, message);
        exchange.Context.Response.StatusCode = StatusCodes.Status202Accepted;
        return Task.CompletedTask;
    }

    /// <summary>Takes a message that gets no answer: a notification or a response.</summary>
    public void Take(ClientSession session, ClientMessage message)
    {
        if (message.Kind == MessageKind.Response)
        {
            session.Questions.Answer(message.Text(message.Id), message.Raw(message.Outcome), message.IsErrorOutcome);
        }

        if (message is { Kind: MessageKind.Notification, Method: McpMethod.Cancelled } && !message.RequestId.IsMissing)
        {
            session.Cancel(Encoding.UTF8.GetString(message.Raw(message.RequestId)));
        }
        else if (message is { Kind: MessageKind.Notification, Method: McpMethod.RootsListChanged })
        {
            feeds.RootsChanged(session, message.Body);
        }
    }

    public static GatewayCall CreateCall(McpExchange exchange, ClientMessage message, ClientSession session, IAnswerStream stream) => new()
    {
        Message = message,
        Era = ProtocolEra.Legacy,
        Caller = exchange.Caller,
        Address = exchange.Context.Connection.RemoteIpAddress,
        Alias = exchange.Alias,
        Session = session,
        Headers = exchange.RuleHeaders,
        TimeoutMs = exchange.TimeoutMs,
        Stream = stream,
    };

    /// <summary>Answers a call that ended with its session, which a server has lost: the client did not ask for that, and waits.</summary>
    public static GatewayAnswer Lost(GatewayCall call) => AnswerWriter.Error(call.Id, new GatewayError(
        ErrorCodes.InternalError, "The session has ended, for a server has lost what it kept for it; call initialize again.", FaultReasons.SessionLost) { HttpStatus = 404, Retryable = false });

    public static GatewayAnswer IdInUse(ClientMessage message) => AnswerWriter.Error(message.Raw(message.Id), GatewayError.BadEnvelope(
        ErrorCodes.InvalidRequest, "A request with this id is still running in the session.", "id_in_use"));

    /// <summary>What a client hears of a session that is not there any more.</summary>
    public static GatewayError UnknownSession() =>
        new(ErrorCodes.InvalidRequest, "The session has ended; call initialize again.", "unknown_session") { HttpStatus = StatusCodes.Status404NotFound };

    /// <summary>Ends a session at the client's wish.</summary>
    public Task EndSessionAsync(McpExchange exchange)
    {
        if (IsModern(exchange))
        {
            return RefuseMethod(exchange);
        }

        if (!TryFindSession(exchange, out var session, out var error))
        {
            return exchange.AnswerAsync(AnswerWriter.Error([], error));
        }

        sessions.Close(session);
        return Task.CompletedTask;
    }

    /// <summary>Holds the stream open over which a client hears what belongs to none of its requests.</summary>
    public async Task ListenAsync(McpExchange exchange)
    {
        if (IsModern(exchange))
        {
            await RefuseMethod(exchange);
            return;
        }

        if (!Accepts.TryRead(exchange.Context.Request, out _, out var takesStream) || !takesStream)
        {
            await exchange.AnswerAsync(AnswerWriter.Error([], new GatewayError(ErrorCodes.InvalidRequest, "Accept text/event-stream.", "accept") { HttpStatus = 406 }));
            return;
        }

        if (!TryFindSession(exchange, out var session, out var error))
        {
            await exchange.AnswerAsync(AnswerWriter.Error([], error));
            return;
        }

        using var standing = await streams.OpenAsync(exchange.Caller, exchange.Context.RequestAborted);
        if (standing is null)
        {
            await exchange.AnswerAsync(AnswerWriter.Error([], CallerStreams.Unavailable));
            return;
        }

        if (session.Events is { } events)
        {
            await resumable.ListenAsync(exchange, session, events, standing.Ended);
            return;
        }

        await using var stream = new HttpAnswerStream(exchange.Context, takesStream, options.Value.KeepAliveInterval, time);
        await stream.StartAsync(exchange.Context.RequestAborted);
        using var opened = session.Attach(stream);
        try
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(exchange.Context.RequestAborted, lifetime.ApplicationStopping, standing.Ended);
            var pump = feeds.Of(session, exchange.Caller).PumpAsync(stream, ending.Token);
            await Task.WhenAny(pump, opened.Ended);
            await ending.CancelAsync();
            await pump;
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The client hung up, another stream took the place of this one, or the host stops.
        }
        finally
        {
            session.Detach(opened);
        }
    }

    private static bool IsModern(McpExchange exchange) =>
        ProtocolRevision.EraOf(VersionHeader.Of(exchange.Context.Request)) == ProtocolEra.Modern;

    private static Task RefuseMethod(McpExchange exchange)
    {
        exchange.Context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        exchange.Context.Response.Headers.Allow = "POST";
        return Task.CompletedTask;
    }

    private Task InitializeAsync(McpExchange exchange, ClientMessage message)
    {
        var revision = ProtocolRevision.Negotiate(message.Text(message.ProtocolVersion));
        var answer = dispatcher.Initialize(message.Raw(message.Id), exchange.Caller, exchange.Alias, revision);
        if (answer.ErrorCode == 0)
        {
            var profile = ClientProfile.Of(
                message.Raw(message.Capabilities), ProtocolEra.Legacy, options.Value.Allows, !ProtocolRevision.IsBefore(revision, ProtocolRevision.NewestLegacy)) with
            {
                ClientInfo = message.IsObject(message.ClientInfo) ? message.Raw(message.ClientInfo).ToArray() : default,
            };
            if (sessions.Open(exchange.Caller.PrincipalId, exchange.Alias, revision, profile, exchange.Caller.Tenant) is not { } session)
            {
                return exchange.AnswerAsync(AnswerWriter.Error(message.Raw(message.Id), new GatewayError(
                    ErrorCodes.InternalError, "All sessions of the gateway are in use; try again later.", FaultReasons.Busy)
                {
                    HttpStatus = StatusCodes.Status503ServiceUnavailable,
                    Retryable = true,
                }));
            }

            exchange.Context.Response.Headers[SessionHeader] = session.Id;
        }

        return exchange.AnswerAsync(answer with { HttpStatus = LegacyStatus(answer) });
    }

    private async Task CallAsync(McpExchange exchange, ClientMessage message, ClientSession session)
    {
        var id = Encoding.UTF8.GetString(message.Raw(message.Id));
        if (session.Begin(id, exchange.Context.RequestAborted) is not { } running)
        {
            await exchange.AnswerAsync(IdInUse(message));
            return;
        }

        if (session.HasEnded)
        {
            // It ended behind the look-up, and the client has not heard of it.
            session.End(id);
            await exchange.AnswerAsync(AnswerWriter.Error(message.Raw(message.Id), UnknownSession()));
            return;
        }

        var response = LegacyAnswer.Create(exchange, session, options, time);
        try
        {
            await using (response)
            {
                var call = CreateCall(exchange, message, session, response.Stream);
                exchange.Call = call;
                await AnswerAsync(exchange, call, response, id, running.Token);
            }
        }
        finally
        {
            session.End(id);
        }
    }

    private async Task AnswerAsync(McpExchange exchange, GatewayCall call, LegacyAnswer response, string id, CancellationToken cancelled)
    {
        try
        {
            var answer = await CallAsync(call, response, id, cancelled);
            exchange.Take(answer);
            await response.CompleteAsync(answer, LegacyStatus(answer));
            exchange.IsDelivered = true;
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            exchange.IsCancelled = true;
            await response.AbandonAsync();
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The client hung up before the answer and knows of no event to come back for: there is no way left to deliver it.
        }
    }

    private async Task<GatewayAnswer> CallAsync(GatewayCall call, LegacyAnswer response, string id, CancellationToken cancelled)
    {
        try
        {
            return await response.WaitAsync(dispatcher.HandleAsync(call, cancelled));
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested && call.Session!.HasLost(id))
        {
            return Lost(call);
        }
        catch (Exception exception) when (!cancelled.IsCancellationRequested)
        {
            // In this era hanging up cancels nothing; only the client's notification does. So it is not the client who is gone.
            logger.RequestFailed(exception);
            return AnswerWriter.Error(call.Id, GatewayError.Unforeseen());
        }
    }

    public bool TryFindSession(McpExchange exchange, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ClientSession? session, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out GatewayError? error)
    {
        session = null;
        var ids = exchange.Context.Request.Headers[SessionHeader];
        error = ids.Count switch
        {
            0 => GatewayError.BadEnvelope(ErrorCodes.InvalidRequest, "The header Mcp-Session-Id is missing; call initialize first.", "no_session"),
            > 1 => GatewayError.BadEnvelope(ErrorCodes.InvalidRequest, "The header Mcp-Session-Id is sent more than once.", "no_session"),
            _ => CheckVersion(VersionHeader.Of(exchange.Context.Request)),
        };
        if (error is not null)
        {
            return false;
        }

        session = sessions.Find(ids[0]!, exchange.Alias);
        error = session switch
        {
            null => UnknownSession(),
            _ when session.PrincipalId != exchange.Caller.PrincipalId =>
                new GatewayError(ErrorCodes.InvalidRequest, "The session belongs to another caller.", "foreign_session") { HttpStatus = 403 },
            _ => null,
        };
        return error is null;
    }

    /// <summary>The header is younger than 2025-03-26, so it may be missing; a revision that does not exist may not be named.</summary>
    private static GatewayError? CheckVersion(string version) => version.Length == 0 || ProtocolRevision.IsLegacy(version)
        ? null
        : GatewayError.BadEnvelope(ErrorCodes.InvalidRequest, $"The protocol revision '{ErrorText.Trim(version)}' is not served.", "unsupported_protocol_version");

    /// <summary>Legacy clients read the error from the body; only what has no place there is a status.</summary>
    private static int LegacyStatus(GatewayAnswer answer) => answer.HttpStatus > 0 ? answer.HttpStatus : StatusCodes.Status200OK;
}
