using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Servers;

/// <summary>Tells the in-memory stores which servers of a batch are still there when it is written.</summary>
internal static class KnownServers
{
    /// <summary>Writes under the lock, with those of the wanted servers that exist at that moment.</summary>
    public static async ValueTask WriteAsync(
        InMemoryDatabase database,
        IServerStore servers,
        IEnumerable<(TenantId Tenant, Guid Id)> wanted,
        Action<HashSet<(TenantId Tenant, Guid Id)>> write,
        CancellationToken cancellationToken)
    {
        var asked = wanted.Distinct().ToArray();
        while (true)
        {
            var deletions = database.ServerDeletions;
            var known = await FindAsync(servers, asked, cancellationToken).ConfigureAwait(false);
            lock (database.Gate)
            {
                // Otherwise one of them may be gone by now, and nobody would take its rows along any more.
                if (database.ServerDeletions == deletions)
                {
                    write(known);
                    return;
                }
            }
        }
    }

    private static async ValueTask<HashSet<(TenantId Tenant, Guid Id)>> FindAsync(
        IServerStore servers, IEnumerable<(TenantId Tenant, Guid Id)> wanted, CancellationToken cancellationToken)
    {
        var found = new HashSet<(TenantId, Guid)>();
        foreach (var (tenant, id) in wanted)
        {
            if (await servers.FindAsync(tenant, id, cancellationToken).ConfigureAwait(false) is not null)
            {
                found.Add((tenant, id));
            }
        }

        return found;
    }
}
