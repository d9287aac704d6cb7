using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.Auditing;

namespace McpRegistry.Gateway.Active;

/// <summary>Shows administrators the calls that this replica has under way, and ends them. Those of the global tenant reach the calls of all.</summary>
internal sealed class ActiveCallDesk(ActiveCalls calls, AccessGate access, ChangeAudit audit)
{
    private const string Cancel = "call.cancel";

    /// <summary>Reads the calls of a tenant, the oldest first.</summary>
    /// <param name="caller">Who asks; calls to servers that do not exist for it are none.</param>
    /// <param name="server">The alias of the server that they are for; null for any.</param>
    /// <param name="after">The number after which they begin; 0 for the first page.</param>
    /// <param name="limit">The most to return.</param>
    public IEnumerable<ActiveCall> Read(Caller caller, string? server, long after, int limit) =>
        calls.Read(call => Reaches(caller, call) && (server is null || call.Target?.Server.Alias == server)).Where(active => active.Number > after).Take(limit);

    public string IdOf(ActiveCall active) => calls.IdOf(active);

    /// <summary>Cancels a call, which its server is told; false when there is no such one here for the caller.</summary>
    public async ValueTask<bool> CancelAsync(Caller caller, string id, AuditActor actor, CancellationToken cancellationToken)
    {
        if (calls.Find(id) is not { Call: { } call } active || !Reaches(caller, call))
        {
            return false;
        }

        var item = call.TargetName is { } name ? $"{call.Target?.Server.Alias}: {name}" : call.Target?.Server.Alias;
        await audit.DoneAsync(audit.Create(call.Caller.Tenant, actor, Cancel, "call", id, item), cancellationToken).ConfigureAwait(false);

        // The call has gone on meanwhile, perhaps as another one.
        calls.Cancel(active);
        return true;
    }

    private bool Reaches(Caller caller, GatewayCall call) =>
        (caller.Tenant.IsGlobal || call.Caller.Tenant == caller.Tenant) && (call.Target is not { } target || access.Sees(caller, target.Server));
}
