using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <content>A tenant sees and changes its own rows only.</content>
public abstract partial class ServerStoreSuite
{
    [Fact]
    public async Task Add_ValuesOfAnotherTenant_Fit()
    {
        await AddServerAsync(Sample.Server(Tenant, "weather", "weather"));
        await AddServerAsync(Sample.Server(OtherTenant, "weather", "weather"));

        Assert.Single(await Servers.ListAsync(Tenant, null, 10, Cancellation));
        Assert.Single(await Servers.ListAsync(OtherTenant, null, 10, Cancellation));
    }

    [Fact]
    public async Task Read_RowOfAnotherTenant_IsNotFound()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));

        Assert.Null(await Servers.FindAsync(OtherTenant, server.Id, Cancellation));
        Assert.Null(await Servers.FindAsync(TenantId.Global, server.Id, Cancellation));
        Assert.Null(await Servers.FindByAliasAsync(OtherTenant, server.Alias, Cancellation));
        Assert.Empty(await Servers.ListAsync(OtherTenant, null, 1000, Cancellation));
    }

    [Fact]
    public async Task Write_RowOfAnotherTenant_IsNotFoundAndChangesNothing()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));

        var updated = await Servers.UpdateAsync(OtherTenant, server with { Description = "stolen" }, null, Cancellation);
        var claimed = await Servers.UpdateAsync(OtherTenant, server with { Tenant = OtherTenant }, null, Cancellation);
        var saved = await Servers.SaveDiscoveryAsync(OtherTenant, server.Id, Sample.Report(Sample.Tool("a", 0)), Cancellation);
        var deleted = await Servers.DeleteAsync(OtherTenant, server.Id, null, null, Cancellation);

        Assert.Equal(StoreOutcome.NotFound, updated.Outcome);
        Assert.Equal(StoreOutcome.NotFound, claimed.Outcome);
        Assert.Equal(StoreOutcome.NotFound, saved.Outcome);
        Assert.False(deleted.Succeeded);
        var found = await Servers.FindAsync(Tenant, server.Id, Cancellation);
        Assert.Equal(Describe.Server(server), Describe.Server(found!.Server));
        Assert.Null(found.Discovery);
    }

    [Fact]
    public async Task Global_IsATenantLikeAnyOther()
    {
        var name = Sample.Token();
        var server = await AddServerAsync(Sample.Server(TenantId.Global, name));

        var second = await Servers.AddAsync(TenantId.Global, Sample.Server(TenantId.Global, name), null, Cancellation);

        Assert.Equal((StoreOutcome.Conflict, "name"), (second.Outcome, second.ConflictField));
        Assert.NotNull(await Servers.FindAsync(TenantId.Global, server.Id, Cancellation));
        Assert.Null(await Servers.FindAsync(Tenant, server.Id, Cancellation));
    }

    [Fact]
    public async Task ReadAll_ServersOfSeveralTenants_ReturnsEachOnceWithItsOwnItems()
    {
        var mine = await AddServerAsync(Sample.FullServer(Tenant));
        var theirs = await AddServerAsync(Sample.Server(OtherTenant));
        await Servers.SaveDiscoveryAsync(Tenant, mine.Id, Sample.Report(Sample.Tool("mine", 0)), Cancellation);
        await Servers.SaveDiscoveryAsync(OtherTenant, theirs.Id, Sample.Report(Sample.Tool("theirs", 0)), Cancellation);

        var all = new Dictionary<Guid, Servers.StoredServer>();
        await foreach (var stored in Servers.ReadAllAsync(Cancellation))
        {
            all.Add(stored.Server.Id, stored);
        }

        Assert.Equal(Describe.Server(mine), Describe.Server(all[mine.Id].Server));
        Assert.Equal("mine", Assert.Single(all[mine.Id].Discovery!.Items).Key);
        Assert.Equal("theirs", Assert.Single(all[theirs.Id].Discovery!.Items).Key);
    }
}
