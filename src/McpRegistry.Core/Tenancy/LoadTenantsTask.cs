using McpRegistry.Hosting;

namespace McpRegistry.Tenancy;

/// <summary>Reads all tenants before the host listens. After the revision was read, so that no change in between is missed.</summary>
internal sealed class LoadTenantsTask(TenantFollower follower) : IStartupTask
{
    public int Order => StartupOrder.LoadTenants;

    public Task RunAsync(CancellationToken cancellationToken) => follower.ReloadAsync(cancellationToken).AsTask();
}
