using McpRegistry.Analytics;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <content>Servers that an operator has taken out.</content>
public abstract partial class ServerStoreSuite
{
    [Fact]
    public async Task AddAsync_InMaintenance_ReadsBackSo()
    {
        var server = await AddServerAsync(Sample.Server(Tenant) with { InMaintenance = true });

        Assert.True(server.InMaintenance);
        Assert.True((await Servers.FindAsync(Tenant, server.Id, Cancellation))!.Server.InMaintenance);
        Assert.True((await Servers.FindByAliasAsync(Tenant, server.Alias, Cancellation))!.Server.InMaintenance);
    }

    [Fact]
    public async Task UpdateAsync_MaintenanceBeginsAndEnds_StandsAboveWhatIsFoundMeanwhile()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        await Servers.SaveDiscoveryAsync(Tenant, server.Id, Sample.Report(Sample.Tool("a", 0)), Cancellation);
        Assert.Equal((false, ServerHealth.Healthy), await ConditionAsync(server.Id));

        server = (await Servers.UpdateAsync(Tenant, server with { InMaintenance = true }, null, Cancellation)).Value!;
        Assert.Equal((true, ServerHealth.Maintenance), await ConditionAsync(server.Id));

        await Servers.SaveDiscoveryAsync(Tenant, server.Id, Sample.Report(Sample.Tool("b", 0)) with { Health = ServerHealth.Degraded }, Cancellation);
        server = (await Servers.UpdateAsync(Tenant, server with { Description = "new" }, null, Cancellation)).Value!;
        Assert.Equal((true, ServerHealth.Maintenance), await ConditionAsync(server.Id));
        Assert.Equal(ServerHealth.Degraded, (await Servers.FindAsync(Tenant, server.Id, Cancellation))!.Discovery!.Health);

        await Servers.UpdateAsync(Tenant, server with { InMaintenance = false }, null, Cancellation);
        Assert.Equal((false, ServerHealth.Degraded), await ConditionAsync(server.Id));
    }

    private async Task<(bool InMaintenance, ServerHealth Health)> ConditionAsync(Guid id)
    {
        var found = Assert.Single((await Get<IServerSearch>().FindAsync(Tenant, new ServerQuery(), Cancellation)).Servers, found => found.Stored.Server.Id == id);
        var summary = await Get<IRegistryAnalytics>().GetServerHealthAsync(Tenant, Cancellation);
        Assert.Equal((found.Health == ServerHealth.Maintenance ? 1 : 0, 1), (summary.MaintenanceServers, summary.TotalServers));
        return (found.Stored.Server.InMaintenance, found.Health);
    }
}
