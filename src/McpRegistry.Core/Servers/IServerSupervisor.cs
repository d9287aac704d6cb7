using McpRegistry.Discovery;
using McpRegistry.Tenancy;

namespace McpRegistry.Servers;

/// <summary>
/// Keeps what runs in step with what is stored: the snapshot, the connections and the discovery of each server. Writers
/// of the store tell it what they wrote.
/// </summary>
internal interface IServerSupervisor
{
    /// <summary>Takes over a stored definition. On return every new call sees it; its discovery runs in the background.</summary>
    ValueTask SavedAsync(RegisteredServer server, CancellationToken cancellationToken);

    /// <summary>Forgets a server. On return no new call reaches it; its connections and processes are being closed.</summary>
    ValueTask DeletedAsync(TenantId tenant, Guid id, CancellationToken cancellationToken);

    /// <summary>Discovers a server now, or joins the discovery that is under way, and returns its report.</summary>
    /// <returns>The report, or null when the tenant has no such server.</returns>
    ValueTask<DiscoveryReport?> RefreshAsync(TenantId tenant, Guid id, CancellationToken cancellationToken);

    /// <summary>
    /// Tells how a server is right now, which may be newer than its stored report: a process that died since then shows
    /// here at once. Null when the tenant has no such server.
    /// </summary>
    ServerCondition? GetCondition(TenantId tenant, Guid id);
}
