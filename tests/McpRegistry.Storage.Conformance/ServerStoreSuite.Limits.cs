using McpRegistry.Servers;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <content>How many servers a tenant may have.</content>
public abstract partial class ServerStoreSuite
{
    private ITenantStore Tenants => Get<ITenantStore>();

    [Fact]
    public async Task Add_MoreThanTheTenantMayHaveAtOnce_StoresExactlyAsMany()
    {
        const int Limit = 7;
        await LimitAsync(Limit);

        var results = await Task.WhenAll(Enumerable.Range(0, Racers).Select(_ => Task.Run(
            async () => await Servers.AddAsync(Tenant, Sample.Server(Tenant), null, Cancellation))));

        Assert.Equal(Limit, results.Count(static result => result.Succeeded));
        Assert.Equal(Racers - Limit, results.Count(static result => result is { Outcome: StoreOutcome.Conflict, ConflictField: IServerStore.LimitField }));
        Assert.Equal(Limit, (await Servers.ListAsync(Tenant, null, 100, Cancellation)).Count);
        await AddServerAsync(Sample.Server(OtherTenant));
    }

    [Fact]
    public async Task Add_LimitThatChanges_CountsAsItIsNow()
    {
        var tenant = await LimitAsync(1);
        var server = await AddServerAsync(Sample.Server(Tenant));
        Assert.Equal(IServerStore.LimitField, (await Servers.AddAsync(Tenant, Sample.Server(Tenant), null, Cancellation)).ConflictField);

        await Servers.DeleteAsync(Tenant, server.Id, null, null, Cancellation);
        await AddServerAsync(Sample.Server(Tenant));
        Assert.True((await Tenants.UpdateAsync(tenant with { MaxServers = null }, null, Cancellation)).Succeeded);
        await AddServerAsync(Sample.Server(Tenant));
        await AddServerAsync(Sample.Server(Tenant));
    }

    private async Task<Tenant> LimitAsync(int limit)
    {
        var added = await Tenants.AddAsync(Sample.Tenant() with { Id = Tenant, MaxServers = limit }, null, Cancellation);
        Assert.True(added.Succeeded);
        return added.Value;
    }
}
