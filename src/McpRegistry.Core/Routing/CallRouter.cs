using McpRegistry.AccessControl;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Routing.Conditions;
using McpRegistry.Servers;
using McpRegistry.Snapshots;

namespace McpRegistry.Routing;

/// <summary>Applies the rules to calls on their way through the gateway.</summary>
internal sealed class CallRouter(RoutingRules rules, AccessGate access, RouteEngine engine, RoutedStates states, RouteMirrors mirrors, TimeProvider time)
{
    /// <summary>Decides where a call goes that names an item of a server; any other stays as it is.</summary>
    /// <param name="call">The call; its caller may make it at the server that it names.</param>
    /// <param name="view">What exists for the caller.</param>
    /// <param name="target">Where it goes without rules.</param>
    public RoutedCall Route(GatewayCall call, TenantView view, RouteTarget target)
    {
        if (target.Server is not { } owner || !IsRouted(call.Message))
        {
            return new RoutedCall(target);
        }

        if (RouteTarget.GoesOn(call, owner))
        {
            // It goes on with what one server has begun.
            return Take(call, owner, states.Resume(call, view, target));
        }

        var table = rules.Current;
        if (table.IsEmpty)
        {
            return new RoutedCall(target);
        }

        // Another caller may reach another server by this name.
        call.IsForEveryone = false;
        var facts = FactsOf(call, target, time.GetUtcNow());
        var choice = engine.Choose(table, view, facts, owner);
        call.BalancingPolicy = choice.Server is null ? null : choice.Rule?.Rule.LoadBalancingPolicy;
        return choice.IsNothing ? new RoutedCall(target) : Take(call, owner, Apply(choice, view, facts, owner, target));
    }

    /// <summary>Does what is left to do for a call when its server has answered.</summary>
    public async ValueTask<GatewayAnswer> FinishAsync(GatewayCall call, RoutedCall routed, ValueTask<GatewayAnswer> pending)
    {
        var answer = await pending.ConfigureAwait(false);
        if (routed.Mirror is { } mirror)
        {
            mirrors.Send(call, mirror, routed.MirrorEndpoint);
        }

        if (!routed.IsMoved && !routed.IsSpread)
        {
            return answer;
        }

        // Also of a server with one endpoint: it may have more when the client comes back. Legacy servers keep in a session what they have begun.
        var server = routed.Target.Server!;
        var isAtEndpoint = server.Report?.Era != ProtocolEra.Legacy && call.TargetEndpoint != Guid.Empty;
        return states.Name(call, server, isAtEndpoint ? call.TargetEndpoint : routed.Endpoint, answer);
    }

    /// <summary>Tells whether rules decide about a request: it names an item, and nothing that one server keeps.</summary>
    public static bool IsRouted(ClientMessage message) => message.Method is McpMethod.ToolsCall or McpMethod.PromptsGet or McpMethod.ResourcesRead or McpMethod.Complete;

    /// <summary>Gathers what rules can know of a call.</summary>
    public static RouteFacts FactsOf(GatewayCall call, in RouteTarget target, DateTimeOffset at)
    {
        var message = call.Message;
        return new RouteFacts
        {
            Caller = call.Caller,
            Method = message.Method,
            Item = target.RoutingName ?? NameOf(message, target),
            ItemField = RouteFacts.FieldOf(message.Method, !message.RefUri.IsMissing),
            Server = target.Server?.Server,
            Address = call.Address,
            Session = call.Session?.Id,
            Headers = call.Headers,
            Size = message.Body.Length,
            At = at,
            Params = message.Params.Of(message.Body),
        };
    }

    /// <summary>Leads a call to another server, by the names that it has there too.</summary>
    public static RouteTarget Move(in RouteTarget target, ServerEntry server, string? tool) =>
        RouteTarget.To(server, target.RoutingName, target.UpstreamName) with { IsWrapped = target.IsWrapped, Parameters = AnnotatedTools.Find(server.Report, tool) };

    /// <summary>Reads the prompt or template that a completion names beside its argument, by the server's own name; null for other methods.</summary>
    public static string? NameOf(ClientMessage message, in RouteTarget target) => message.Method != McpMethod.Complete ? null
        : target.UpstreamName.IsEmpty ? message.Text(message.RefUri.IsMissing ? message.RefName : message.RefUri)
        : JsonMembers.Text(target.UpstreamName.Span);

    private RoutedCall Take(GatewayCall call, ServerEntry owner, in RoutedCall routed)
    {
        if (routed is { IsMoved: true, Target.Server: { } server })
        {
            // Counts what a rule of access let through; such a rule may also have ended since the choice.
            if (!ReferenceEquals(server, owner) && access.Refuse(call, server.Server, call.Message.Method) is { } refusal)
            {
                return new RoutedCall(refusal);
            }

            call.Target = server;
            call.Endpoint = routed.Endpoint;
        }

        return routed;
    }

    private static RoutedCall Apply(in RouteChoice choice, TenantView view, in RouteFacts facts, ServerEntry owner, in RouteTarget target)
    {
        var tool = facts.ItemField == RouteField.Tool ? facts.Item : null;
        var isMoved = choice.Endpoint is not null || (choice.Server is not null && !ReferenceEquals(choice.Server, owner));
        var routed = new RoutedCall(isMoved ? Move(target, choice.Server!, tool) : target, choice.Endpoint, isMoved);
        return choice.Copier is { Targets.Mirror: { } mirror } copier && copier.Rotation.TakeCopy(mirror.Share)
            ? routed with { Mirror = Move(target, view.Find(mirror.Server.Alias)!, tool), MirrorEndpoint = mirror.Server.Endpoint }
            : routed;
    }
}
