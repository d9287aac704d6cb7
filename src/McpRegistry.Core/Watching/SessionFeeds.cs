using System.Collections.Concurrent;
using McpRegistry.ApiKeys;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;

namespace McpRegistry.Watching;

/// <summary>The feeds of legacy sessions: made when first needed, ended with the session.</summary>
internal sealed class SessionFeeds(WatchContext context)
{
    /// <summary>More than that is not worth keeping for a notification that has nothing but its <c>_meta</c> to say.</summary>
    private const int MaxRootsBytes = 8 * 1024;

    private static readonly byte[] RootsChangedMessage = """{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}"""u8.ToArray();

    private readonly ConcurrentDictionary<ClientSession, SessionFeed> _feeds = new();

    public int Count => _feeds.Count;

    /// <summary>Gets how many sessions have a stream open.</summary>
    public int OpenStreams => _feeds.Values.Count(static feed => feed.IsOpen);

    /// <summary>Returns the feed of a session.</summary>
    public SessionFeed Of(ClientSession session, Caller caller)
    {
        if (_feeds.TryGetValue(session, out var known))
        {
            known.Caller = caller;
            return known;
        }

        var created = new SessionFeed(context, session, caller);
        var feed = _feeds.GetOrAdd(session, created);
        if (ReferenceEquals(feed, created))
        {
            // Runs at once for a session that has ended meanwhile.
            session.Ended.UnsafeRegister(static state => ((Entry)state!).End(), new Entry(this, session));
        }

        return feed;
    }

    /// <summary>Answers <c>resources/subscribe</c>.</summary>
    public async ValueTask<GatewayAnswer> SubscribeAsync(GatewayCall call, RouteTarget target, CancellationToken cancellationToken)
    {
        var server = target.Server!;
        if (call.Message.Text(call.Message.Uri) is not { } uri)
        {
            return AnswerWriter.Error(call.Id, GatewayError.InvalidParams("The request names no resource."));
        }

        var outcome = await Of(call.Session!, call.Caller).SubscribeAsync(
            new ResourceRoute(server, target.IsWrapped ? target.RoutingName! : uri, target.IsWrapped), uri, cancellationToken).ConfigureAwait(false);
        return outcome switch
        {
            null => AnswerWriter.Error(call.Id, ListenService.TooMany(context.Options.MaxUrisPerSubscription)),
            { IsAccepted: true } => AnswerWriter.Result(call.Id, "{}"u8),
            { Fault: { } fault } => AnswerWriter.Error(call.Id, GatewayError.OfFault(server.Server.Alias, fault, isRepeatable: true)),
            { Refusal: { } refusal } => Refused(call, server, refusal),
            _ => AnswerWriter.Error(call.Id, NotSubscribable(server)),
        };
    }

    /// <summary>Answers <c>resources/unsubscribe</c>; what is not subscribed is unsubscribed already.</summary>
    public GatewayAnswer Unsubscribe(GatewayCall call)
    {
        if (call.Message.Text(call.Message.Uri) is { } uri)
        {
            Of(call.Session!, call.Caller).Unsubscribe(uri);
        }

        return AnswerWriter.Result(call.Id, "{}"u8);
    }

    /// <summary>Passes on that the client's roots changed, to the sessions that were opened for it; a server must not go on with those that it knew.</summary>
    /// <param name="session">The client's session.</param>
    /// <param name="notification">The notification in the client's words; copied.</param>
    public void RootsChanged(ClientSession session, ReadOnlyMemory<byte> notification)
    {
        // A session without a feed has called no server.
        if (_feeds.TryGetValue(session, out var feed))
        {
            // It waits for servers that are slow, and says no more than its name does.
            feed.Servers.Tell(notification.Length <= MaxRootsBytes ? notification.ToArray() : RootsChangedMessage);
        }
    }

    /// <summary>Sets the log level of the client's own sessions.</summary>
    public void SetLogLevel(ClientSession session, LogLevel level)
    {
        if (_feeds.TryGetValue(session, out var feed))
        {
            feed.Servers.Tell(level);
        }
    }

    /// <summary>A modern server refuses a subscription, which is not what this client asked for; a legacy one answers the same request.</summary>
    private static GatewayAnswer Refused(GatewayCall call, ServerEntry server, UpstreamMessage refusal)
    {
        if (server.Report?.Era == ProtocolEra.Modern)
        {
            return AnswerWriter.Error(call.Id, NotSubscribable(server));
        }

        refusal = call.Wrapping is { } wrapping ? ResourceUriRewriter.Rewrite(refusal, wrapping.Of) : refusal;
        var output = new System.Buffers.ArrayBufferWriter<byte>(refusal.Error.Length + 64);
        ResultRewriter.WriteError(output, call.Id, refusal.Raw(refusal.Error), refusal.ErrorCode, default, ProtocolEra.Legacy);
        return new GatewayAnswer(output.WrittenMemory, refusal.ErrorCode, Reason: "upstream_error");
    }

    private static GatewayError NotSubscribable(ServerEntry server) =>
        new(ErrorCodes.InvalidParams, $"Server '{server.Server.Alias}' does not tell of changes of this resource.", "not_subscribable") { Upstream = server.Server.Alias };

    private sealed record Entry(SessionFeeds Feeds, ClientSession Session)
    {
        public void End()
        {
            if (Feeds._feeds.TryRemove(Session, out var feed))
            {
                _ = feed.DisposeAsync().AsTask();
            }
        }
    }
}
