using McpRegistry.Gateway.Caching;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Telemetry;
using McpRegistry.Watching;

namespace McpRegistry.Gateway;

/// <summary>Takes a checked request to its answer. Everything it decides comes from one snapshot.</summary>
internal sealed class GatewayDispatcher(
    RegistrySnapshots snapshots, MergedLists lists, GatewaySelf self, UpstreamRelay relay, CachedAnswers cached, ListenService listens, SessionFeeds feeds)
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
        var view = snapshots.Current.For(caller.Tenant);
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
        var view = snapshots.Current.For(call.Caller.Tenant);
        var single = call.Alias is null ? null : view.Find(call.Alias);
        if (call.Alias is not null && single is null)
        {
            return new(AnswerWriter.Error(call.Id, GatewayError.UnknownServer(call.Alias)));
        }

        call.Target = single;
        call.IsForEveryone = single?.Server.Tenant.IsGlobal ?? view.IsForEveryone;
        if (single is { Report: null })
        {
            return new(AnswerWriter.Error(call.Id, GatewayError.Absent(single.Server.Alias, single.Absence)));
        }

        if (!IsServed(call.Message.Method, call.Era))
        {
            return new(AnswerWriter.Error(call.Id, GatewayError.MethodNotFound(call.Message)));
        }

        return call.Message.Method switch
        {
            McpMethod.Discover => new(self.Discover(call, view, single)),
            McpMethod.Ping => new(AnswerWriter.Result(call.Id, Empty)),
            McpMethod.SetLogLevel => new(SetLogLevel(call)),
            McpMethod.Listen => listens.RunAsync(call, view, single, cancellationToken),
            McpMethod.ResourcesUnsubscribe => new(feeds.Unsubscribe(call)),
            McpMethod.ToolsList or McpMethod.PromptsList or McpMethod.ResourcesList or McpMethod.ResourceTemplatesList when single is null =>
                new(lists.Answer(call, view)),
            _ => RelayAsync(call, single is null ? TargetResolver.Merged(view, call) : TargetResolver.Single(single, call.Message), cancellationToken),
        };
    }

    private ValueTask<GatewayAnswer> RelayAsync(GatewayCall call, RouteTarget target, CancellationToken cancellationToken)
    {
        if (!target.Found)
        {
            return new(cached.TryAnswerStale(call, call.Target) ?? AnswerWriter.Error(call.Id, target.Error));
        }

        call.Target = target.Server;
        call.TargetName = target.RoutingName;
        if (call.Session is { } session)
        {
            feeds.Of(session, call.Caller.Tenant).Use(target.Server);
        }

        if (call.Message.Method == McpMethod.ResourcesSubscribe)
        {
            return feeds.SubscribeAsync(call, target.Server, cancellationToken);
        }

        return target.Parameters is null || call.Era == ProtocolEra.Legacy
            ? relay.SendAsync(call, target, cancellationToken)
            : CheckAndRelayAsync(call, target, cancellationToken);
    }

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

    private static GatewayAnswer SetLogLevel(GatewayCall call)
    {
        if (LogLevels.Parse(call.Message.Text(call.Message.Level)) is not { } level)
        {
            return AnswerWriter.Error(call.Id, GatewayError.InvalidParams(
                "The level must be one of debug, info, notice, warning, error, critical, alert, emergency."));
        }

        call.Session!.LogLevel = level;
        return AnswerWriter.Result(call.Id, Empty);
    }

    private static bool IsServed(McpMethod method, ProtocolEra era) => method switch
    {
        McpMethod.Discover or McpMethod.Listen => era == ProtocolEra.Modern,
        McpMethod.Ping or McpMethod.SetLogLevel or McpMethod.ResourcesSubscribe or McpMethod.ResourcesUnsubscribe => era == ProtocolEra.Legacy,
        McpMethod.ToolsList or McpMethod.ToolsCall or McpMethod.ResourcesList or McpMethod.ResourceTemplatesList
            or McpMethod.ResourcesRead or McpMethod.PromptsList or McpMethod.PromptsGet or McpMethod.Complete => true,
        _ => false,
    };
}
