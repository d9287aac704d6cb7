using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Tenancy;

namespace McpRegistry.Core.Tests.Servers;

internal sealed class FakeSupervisor : IServerSupervisor
{
    public List<RegisteredServer> Saved { get; } = [];

    public List<Guid> Deleted { get; } = [];

    public ValueTask SavedAsync(RegisteredServer server, CancellationToken cancellationToken)
    {
        Saved.Add(server);
        return ValueTask.CompletedTask;
    }

    public ValueTask DeletedAsync(TenantId tenant, Guid id, CancellationToken cancellationToken)
    {
        Deleted.Add(id);
        return ValueTask.CompletedTask;
    }

    public ValueTask<DiscoveryReport?> RefreshAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) => new((DiscoveryReport?)null);

    public ServerCondition? GetCondition(TenantId tenant, Guid id) => null;
}
