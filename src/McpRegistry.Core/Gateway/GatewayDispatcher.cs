using McpRegistry.AccessControl;
using McpRegistry.Gateway.Caching;
using McpRegistry.Gateway.Tasks;
using McpRegistry.Limits;
using McpRegistry.Protocol;
using McpRegistry.Routing;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Telemetry;
using McpRegistry.Watching;

namespace McpRegistry.Gateway;

/// <summary>Takes a checked request to its answer. Where it goes comes from one snapshot, less what does not exist for the caller.</summary>
internal sealed class GatewayDispatcher(
    AccessGate access, MergedLists lists, GatewaySelf self, UpstreamRelay relay, CachedAnswers cached, ListenService listens, SessionFeeds feeds,
    GatewayTasks tasks, CallLimiter limits, CallRouter router)
{
    private static readonly byte[] Empty = "{}"u8.ToArray();

    /// <summary>Answers a request of either era.</summary>
    /// <param name="call">The request; its envelope and headers were checked.</param>
    /// <param name="cancellationToken">Cancels it; throws <see cref="OperationCanceledException"/>.</param>
    public ValueTask<GatewayAnswer> HandleAsync(GatewayCall call, CancellationToken cancellationToken) => RegistryTracing.IsOn
        ? ServerSpan.RunAsync(call, DispatchAsync, cancellationToken)
        : DispatchAsync(call, cancellationToken);

    /// <summary>Answers <c>initialize</c> of a legacy client.</summary>
    public GatewayAnswer Initialize(ReadOnlySpan<byte> id, ApiKeys.Caller caller, string? alias, string revision)
    {
        var view = access.ViewOf(caller);
        var single = alias is null ? null : view.Find(alias);
        return (alias, single) switch
        {
            (not null, null) => AnswerWriter.Error(id, GatewayError.UnknownServer(alias)),
            (_, { Report: null }) => AnswerWriter.Error(id, GatewayError.Absent(single.Server.Alias, single.Absence)),
            _ => self.Initialize(id, revision, view, single),
        };
    }

    private ValueTask<GatewayAnswer> DispatchAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        // Before the route: whatever there is behind the endpoint, these answers are the same (protocol.md 2.1 and 5.1).
        if (!IsServed(call.Message.Method, call.Era))
        {
            return new(AnswerWriter.Error(call.Id, GatewayError.MethodNotFound(call.Message)));
        }

        if (call.Message.Method == McpMethod.Ping)
        {
            return new(AnswerWriter.Result(call.Id, Empty));
        }

        var admission = limits.AdmitAsync(call, cancellationToken);
        return !admission.IsCompletedSuccessfully ? AdmitAndRouteAsync(call, admission, cancellationToken)
            : admission.Result is { } refusal ? new(AnswerWriter.Error(call.Id, refusal))
            : RouteAsync(call, cancellationToken);
    }

    private async ValueTask<GatewayAnswer> AdmitAndRouteAsync(GatewayCall call, ValueTask<GatewayError?> admission, CancellationToken cancellationToken) =>
        await admission.ConfigureAwait(false) is { } refusal
            ? AnswerWriter.Error(call.Id, refusal)
            : await RouteAsync(call, cancellationToken).ConfigureAwait(false);

    private ValueTask<GatewayAnswer> RouteAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        if (AccessGate.RefuseKey(call) is { } refusal)
        {
            return new(AnswerWriter.Error(call.Id, refusal));
        }

        var view = access.ViewOf(call.Caller);
        var single = call.Alias is null ? null : view.Find(call.Alias);
        if (call.Alias is not null && single is null)
        {
            return new(AnswerWriter.Error(call.Id, GatewayError.UnknownServer(call.Alias)));
        }

        call.Target = single;
        call.IsForEveryone = (single?.Server.Tenant.IsGlobal ?? view.IsForEveryone) && access.IsSameForAll(call.Caller);
        if (single is { Report: null })
        {
            return new(AnswerWriter.Error(call.Id, GatewayError.Absent(single.Server.Alias, single.Absence)));
        }

        return call.Message.Method switch
        {
            McpMethod.Discover => new(self.Discover(call, view, single)),
            McpMethod.SetLogLevel => new(SetLogLevel(call)),
            McpMethod.Listen => listens.RunAsync(call, view, single, cancellationToken),
            McpMethod.ResourcesUnsubscribe => new(feeds.Unsubscribe(call)),
            McpMethod.ToolsList or McpMethod.PromptsList or McpMethod.ResourcesList or McpMethod.ResourceTemplatesList when single is null =>
                new(lists.Answer(call, view)),
            McpMethod.TasksGet or McpMethod.TasksUpdate or McpMethod.TasksCancel => RelayAsync(call, view, tasks.Resolve(call, view, single), cancellationToken),
            _ => RelayAsync(call, view, single is null ? Find(call, view) : TargetResolver.Single(single, call.Message), cancellationToken),
        };
    }

    private RouteTarget Find(GatewayCall call, TenantView view)
    {
        var target = TargetResolver.Merged(view, call);
        if (target.Server is null)
        {
            lists.Renew(call.Message, view);
        }

        return target;
    }

    private ValueTask<GatewayAnswer> RelayAsync(GatewayCall call, TenantView view, RouteTarget named, CancellationToken cancellationToken)
    {
        var routed = new RoutedCall(named);
        if (named.Server is { } owner)
        {
            // Before anything is said of a server that is away, and before what was kept of it is given.
            call.Target = owner;
            if (access.Refuse(call, owner.Server, call.Message.Method) is { } refusal)
            {
                return new(AnswerWriter.Error(call.Id, refusal));
            }

            // Whoever answers: the names in the answer stay those of the server that the client knows.
            if (call.Alias is null)
            {
                call.Wrapping = named.IsWrapped ? UriWrapping.OfAll(owner.Server.Alias) : view.Merged.Resources.WrappingOf(owner);
                call.TargetUri = named.IsWrapped ? named.UpstreamName : default;
            }

            routed = router.Route(call, view, named);
        }

        var target = routed.Target.GoOn(call);
        if (!target.Found)
        {
            return new(cached.TryAnswerStale(call, call.Target) ?? AnswerWriter.Error(call.Id, target.Error));
        }

        // Whoever knows the server's own id of a task may be able to use it, so it stays out of logs.
        call.TargetName = McpMethods.IsTask(call.Message.Method) ? null : target.RoutingName ?? CallRouter.NameOf(call.Message, target);
        if (call.Message.Method == McpMethod.ToolsCall && limits.AdmitTool(call, target.Server, target.RoutingName) is { } limited)
        {
            return new(AnswerWriter.Error(call.Id, limited));
        }

        if (call.Session is { } session)
        {
            feeds.Of(session, call.Caller).Use(target.Server);
        }

        return call.Message.Method == McpMethod.ResourcesSubscribe ? feeds.SubscribeAsync(call, target, cancellationToken)
            : routed.HasSequel ? router.FinishAsync(call, routed, SendAsync(call, target, cancellationToken))
            : SendAsync(call, target, cancellationToken);
    }

    private ValueTask<GatewayAnswer> SendAsync(GatewayCall call, RouteTarget target, CancellationToken cancellationToken) =>
        target.Parameters is null || call.Era == ProtocolEra.Legacy
            ? relay.SendAsync(call, target, cancellationToken)
            : CheckAndRelayAsync(call, target, cancellationToken);

    /// <summary>Headers that do not fit are no fault of a client that knows the tool's schema better than the catalogue does.</summary>
    private async ValueTask<GatewayAnswer> CheckAndRelayAsync(GatewayCall call, RouteTarget target, CancellationToken cancellationToken)
    {
        var fault = ParameterMirror.Check(call, target.Parameters!, mayLack: false);
        if (fault is not null)
        {
            var report = await target.Server!.Connections.RereadAsync(cancellationToken).ConfigureAwait(false);
            var renewed = AnnotatedTools.Find(report, target.RoutingName);
            if (!ParameterHeaders.AreSame(renewed, target.Parameters))
            {
                target = target with { Parameters = renewed };
                fault = renewed is null ? null : ParameterMirror.Check(call, renewed, mayLack: false);
            }
        }

        return fault is null
            ? await relay.SendAsync(call, target, cancellationToken).ConfigureAwait(false)
            : AnswerWriter.Error(call.Id, fault);
    }

    private GatewayAnswer SetLogLevel(GatewayCall call)
    {
        if (LogLevels.Parse(call.Message.Text(call.Message.Level)) is not { } level)
        {
            return AnswerWriter.Error(call.Id, GatewayError.InvalidParams(
                "The level must be one of debug, info, notice, warning, error, critical, alert, emergency."));
        }

        call.Session!.LogLevel = level;
        feeds.SetLogLevel(call.Session, level);
        return AnswerWriter.Result(call.Id, Empty);
    }

    private static bool IsServed(McpMethod method, ProtocolEra era) => method switch
    {
        McpMethod.Discover or McpMethod.Listen or McpMethod.TasksGet or McpMethod.TasksUpdate or McpMethod.TasksCancel => era == ProtocolEra.Modern,
        McpMethod.Ping or McpMethod.SetLogLevel or McpMethod.ResourcesSubscribe or McpMethod.ResourcesUnsubscribe => era == ProtocolEra.Legacy,
        McpMethod.ToolsList or McpMethod.ToolsCall or McpMethod.ResourcesList or McpMethod.ResourceTemplatesList
            or McpMethod.ResourcesRead or McpMethod.PromptsList or McpMethod.PromptsGet or McpMethod.Complete => true,
        _ => false,
    };
}
