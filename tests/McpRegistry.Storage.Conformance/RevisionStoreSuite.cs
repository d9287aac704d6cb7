using McpRegistry.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What <see cref="IRevisionStore"/> promises.</summary>
public abstract class RevisionStoreSuite(IStorageFixture storage) : StoreSuite(storage)
{
    [Fact]
    public async Task Get_EmptyStore_IsZero()
    {
        await using var empty = await OpenEmptyAsync();
        var revisions = empty.Services.GetRequiredService<IRevisionStore>();

        Assert.Equal(0, await revisions.GetAsync(Cancellation));
        Assert.Equal(0, await revisions.GetAsync(TenantId.Global, Cancellation));
        Assert.Equal(0, await revisions.GetAsync(Tenant, Cancellation));
    }

    [Fact]
    public async Task Get_WritesOfSeveralTenants_CountsEachAndAll()
    {
        await using var empty = await OpenEmptyAsync();
        var revisions = empty.Services.GetRequiredService<IRevisionStore>();
        var keys = empty.Services.GetRequiredService<ApiKeys.IApiKeyStore>();

        await keys.AddAsync(Tenant, Sample.Key(Tenant), null, Cancellation);
        await keys.AddAsync(Tenant, Sample.Key(Tenant), null, Cancellation);
        await keys.AddAsync(TenantId.Global, Sample.Key(TenantId.Global), null, Cancellation);

        Assert.Equal(2, await revisions.GetAsync(Tenant, Cancellation));
        Assert.Equal(1, await revisions.GetAsync(TenantId.Global, Cancellation));
        Assert.Equal(0, await revisions.GetAsync(OtherTenant, Cancellation));
        Assert.Equal(3, await revisions.GetAsync(Cancellation));
    }

    [Fact]
    public async Task EveryWrite_RaisesTenantByOneAndAllByAtLeastOne()
    {
        var server = Sample.Server(Tenant);
        var key = Sample.Key(Tenant);

        await AssertRaisesAsync(async () => await AddServerAsync(server));
        await AssertRaisesAsync(async () => Assert.True((await Servers.UpdateAsync(Tenant, server with { Version = 1 }, null, Cancellation)).Succeeded));
        await AssertRaisesAsync(async () => Assert.True((await Servers.SaveDiscoveryAsync(Tenant, server.Id, Sample.Report(), Cancellation)).Succeeded));
        await AssertRaisesAsync(async () => Assert.True((await Servers.DeleteAsync(Tenant, server.Id, null, null, Cancellation)).Succeeded));
        await AssertRaisesAsync(async () => await AddKeyAsync(key));
        await AssertRaisesAsync(async () => Assert.True((await Keys.UpdateAsync(Tenant, key with { Version = 1 }, null, Cancellation)).Succeeded));
    }

    [Fact]
    public async Task FailedWrite_RaisesNothing()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var key = await AddKeyAsync(Sample.Key(Tenant));
        var before = await Revisions.GetAsync(Tenant, Cancellation);

        Assert.False((await Servers.AddAsync(Tenant, Sample.Server(Tenant, name: server.Name), null, Cancellation)).Succeeded);
        Assert.False((await Servers.UpdateAsync(Tenant, server with { Version = 9 }, null, Cancellation)).Succeeded);
        Assert.False((await Servers.UpdateAsync(Tenant, Sample.Server(Tenant), null, Cancellation)).Succeeded);
        Assert.False((await Servers.SaveDiscoveryAsync(Tenant, key.Id, Sample.Report(), Cancellation)).Succeeded);
        Assert.False((await Servers.DeleteAsync(Tenant, key.Id, null, null, Cancellation)).Succeeded);
        Assert.False((await Keys.AddAsync(Tenant, Sample.Key(Tenant, name: key.Name), null, Cancellation)).Succeeded);
        Assert.False((await Keys.UpdateAsync(Tenant, Sample.Key(Tenant), null, Cancellation)).Succeeded);

        Assert.Equal(before, await Revisions.GetAsync(Tenant, Cancellation));
    }

    [Fact]
    public async Task Get_WhileWriting_NeverGoesBack()
    {
        var writers = Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Task.Run(async () => await AddKeyAsync(Sample.Key(Tenant)))));
        long all = 0;
        long own = 0;
        do
        {
            var nextAll = await Revisions.GetAsync(Cancellation);
            var nextOwn = await Revisions.GetAsync(Tenant, Cancellation);
            Assert.True(nextAll >= all);
            Assert.True(nextOwn >= own);
            (all, own) = (nextAll, nextOwn);
        }
        while (!writers.IsCompleted);

        await writers;
        Assert.Equal(30, await Revisions.GetAsync(Tenant, Cancellation));
    }

    [Fact]
    public async Task Get_CancelledToken_IsCancelled()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Revisions.GetAsync(Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Revisions.GetAsync(Tenant, Cancelled));
    }

    private async Task AssertRaisesAsync(Func<Task> write)
    {
        var tenant = await Revisions.GetAsync(Tenant, Cancellation);
        var all = await Revisions.GetAsync(Cancellation);

        await write();

        Assert.Equal(tenant + 1, await Revisions.GetAsync(Tenant, Cancellation));
        Assert.True(await Revisions.GetAsync(Cancellation) > all);
    }
}
