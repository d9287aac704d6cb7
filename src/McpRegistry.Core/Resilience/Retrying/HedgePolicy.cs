using McpRegistry.Gateway;
using McpRegistry.Gateway.Hedging;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Hedging;

namespace McpRegistry.Resilience;

/// <summary>Decides which calls are sent to another endpoint while the first one is silent, and when.</summary>
internal sealed class HedgePolicy
{
    private static readonly ResiliencePropertyKey<HedgedCall> CallKey = new("mcp_registry.call");

    private readonly HedgingOptions _options;
    private readonly ServerSettings<ServerResilienceOptions> _servers;
    private readonly RetryPolicy _retries;
    private readonly RegistrySnapshots _snapshots;
    private readonly bool _isOn;

    public HedgePolicy(IOptions<HedgingOptions> options, IOptions<ResilienceOptions> servers, RetryPolicy retries, RegistrySnapshots snapshots, TimeProvider time)
    {
        _options = options.Value;
        _servers = new ServerSettings<ServerResilienceOptions>(servers.Value.Servers);
        _retries = retries;
        _snapshots = snapshots;
        _isOn = _options.Delay is not null || servers.Value.Servers.Values.Any(static server => server.HedgeDelay is not null || server.Tools.Values.Any(static tool => tool.HedgeDelay is not null));
        Pipeline = new ResiliencePipelineBuilder<RelayOutcome> { TimeProvider = time }
            .AddHedging(new HedgingStrategyOptions<RelayOutcome>
            {
                MaxHedgedAttempts = _options.MaxHedges,
                ShouldHandle = static args => new(args.Outcome is { Exception: null, Result.IsGood: false }),
                DelayGenerator = static args => new(CallOf(args.Context).Delay),
                ActionGenerator = static args => CallOf(args.PrimaryContext).Next(args.ActionContext),
            })
            .Build();
    }

    /// <summary>Gets what runs a <see cref="HedgedCall"/> that was put into its context.</summary>
    public ResiliencePipeline<RelayOutcome> Pipeline { get; }

    /// <summary>Makes the context in which the pipeline runs a call.</summary>
    public static ResilienceContext ContextOf(HedgedCall call, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(CallKey, call);
        return context;
    }

    /// <summary>Returns after how long another endpoint is asked; null for never.</summary>
    public TimeSpan? DelayOf(GatewayCall call, ServerEntry server)
    {
        if (!_isOn || call.Endpoint is not null || RetryPolicy.IsPartOfMore(call.Message) || IsBound(call, server))
        {
            return null;
        }

        var known = _servers.Find(server.Server);
        var delay = (known is null ? null : CallPolicies.ToolOf(call, known)?.HedgeDelay ?? known.HedgeDelay) ?? _options.Delay;
        return delay > TimeSpan.Zero && _retries.MayRace(call) ? delay : null;
    }

    /// <summary>
    /// Decides whether a call that is slow is sent once more, and takes that from what the server may have. To one that was taken out since the call came it is not.
    /// </summary>
    /// <param name="call">The call; it avoids the endpoints that have it already.</param>
    /// <param name="server">The server as the call found it.</param>
    /// <param name="sent">How often it was sent.</param>
    public bool MayHedge(GatewayCall call, ServerEntry server, int sent) =>
        !CurrentTarget.TakesNothingNew(_snapshots, server) && _retries.MayRace(call, server.Connections, sent);

    /// <summary>A session is at one endpoint; and a call that may be held up by a question is no race.</summary>
    private static bool IsBound(GatewayCall call, ServerEntry server) =>
        server.Report?.Era == ProtocolEra.Legacy
        && (server.Server.Isolation != SessionIsolation.Shared || (call.Era == ProtocolEra.Modern && McpMethods.MayAsk(call.Message.Method) && call.Profile.CanBeAsked));

    private static HedgedCall CallOf(ResilienceContext context) => context.Properties.GetValue(CallKey, null!);
}
