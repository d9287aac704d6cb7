using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Servers;

/// <summary>Tells the in-memory stores which servers of a batch are still there when it is written.</summary>
internal static class KnownServers
{
    /// <summary>Writes under the lock, with those of the wanted servers that exist at that moment.</summary>
    public static void Write(
        InMemoryDatabase database,
        IEnumerable<(TenantId Tenant, Guid Id)> wanted,
        Action<HashSet<(TenantId Tenant, Guid Id)>> write)
    {
        lock (database.Gate)
        {
            write([.. wanted.Where(server => database.FindOwner_NeedsLock(RegistryChangeKind.Server, server.Id) == server.Tenant)]);
        }
    }
}
