using McpRegistry.ApiKeys;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;

namespace McpRegistry.AccessControl;

/// <summary>What of the registry exists for a caller, and what it may do with that, at this moment.</summary>
internal sealed class AccessGate(RegistrySnapshots snapshots, AccessRules rules, TimeProvider time)
{
    /// <summary>What it takes for a server to exist on the MCP endpoints: lists hide what nobody could use.</summary>
    public const AccessPermissions ToSee = AccessPermissions.Read | AccessPermissions.Proxy;

    private volatile AccessViews _views = new(snapshots.Current, rules.Current);

    private AccessViews Views
    {
        get
        {
            var (snapshot, table) = (snapshots.Current, rules.Current);
            var views = _views;
            if (!ReferenceEquals(views.Snapshot, snapshot) || !ReferenceEquals(views.Table, table))
            {
                _views = views = new AccessViews(snapshot, table);
            }

            return views;
        }
    }

    /// <summary>Gets a value that tells whether rules exist, so that callers of one tenant may see different servers.</summary>
    public bool HasRules => !rules.Current.IsEmpty;

    /// <summary>Tells whether all callers of a caller's tenant see what it sees, so that a client may keep one answer for all of them.</summary>
    public bool IsSameForAll(Caller caller) => !HasRules && !Views.HasPrivate && caller.Key is null or { AllowedServers.IsDefaultOrEmpty: true, AllowedMethods.IsDefaultOrEmpty: true };

    /// <summary>Returns the servers that exist for a caller. Without restrictions it is the view of the tenant itself.</summary>
    public TenantView ViewOf(Caller caller) => Views.Of(caller, time);

    /// <summary>Tells whether a server exists for a caller, whether or not it is served at the moment.</summary>
    public bool Sees(Caller caller, RegisteredServer server) => Decide(caller, server, ToSee, McpMethod.Unknown).IsAllowed;

    /// <summary>Tells the lists in which something of a server appears for a caller, or vanishes, between two moments.</summary>
    public static ListKinds Difference(Caller caller, RegisteredServer server, ListKinds kinds, AccessMoment before, AccessMoment after)
    {
        var differing = ListKinds.None;
        foreach (var kind in ListKindNames.Each)
        {
            differing |= kinds.HasFlag(kind) && Differs(kind) ? kind : ListKinds.None;
        }

        return differing;

        bool Differs(ListKinds kind) => kind switch
        {
            ListKinds.Tools => DiffersFor(McpMethod.ToolsList),
            ListKinds.Prompts => DiffersFor(McpMethod.PromptsList),
            _ => DiffersFor(McpMethod.ResourcesList) || DiffersFor(McpMethod.ResourceTemplatesList),
        };

        bool DiffersFor(McpMethod method)
        {
            var request = new AccessRequest(caller, server, ToSee, method, default);
            return before.Allows(request) != after.Allows(request);
        }
    }

    public AccessDecision Decide(Caller caller, RegisteredServer server, AccessPermissions needed, McpMethod method) =>
        rules.Current.Decide(new AccessRequest(caller, server, needed, method, time.GetUtcNow()));

    /// <summary>Checks a call of a server that exists for the caller, and counts what a rule lets through.</summary>
    /// <returns>Null when it may go on.</returns>
    public GatewayError? Refuse(GatewayCall call, RegisteredServer server, McpMethod method)
    {
        var now = time.GetUtcNow();
        var decision = rules.Current.Decide(new AccessRequest(call.Caller, server, ToSee, method, now));
        if (!decision.IsAllowed)
        {
            return Denied(call, method);
        }

        decision.Rule?.Use?.Add(now);
        return null;
    }

    /// <summary>Tells whether a list of the merged endpoint shows what a server has.</summary>
    public bool Lists(Caller caller, RegisteredServer server, McpMethod method) => Decide(caller, server, ToSee, method).IsAllowed;

    /// <summary>Checks what the key of a caller may call at all, before anything is looked for.</summary>
    public static GatewayError? RefuseKey(GatewayCall call) =>
        call.Caller.Key is { } key && !GovernedMethods.Allow(key.AllowedMethods, call.Message.Method) ? Denied(call, call.Message.Method) : null;

    private static GatewayError Denied(GatewayCall call, McpMethod method) => new(
        ErrorCodes.InvalidRequest,
        $"You may not call {McpMethods.Name(method)} here; ask an administrator of the registry for access to it.",
        "access_denied")
    {
        // In the earlier era a status says something of the session only.
        HttpStatus = call.Era == ProtocolEra.Modern ? 403 : 0,
        Retryable = false,
    };
}
