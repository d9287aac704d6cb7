using McpRegistry.ApiKeys;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <content>How failures, locks and successes follow each other, and what tells ids that nobody has.</content>
public abstract partial class ApiKeyStoreSuite
{
    [Fact]
    public async Task RecordAttempts_WhileLocked_DoNotCount()
    {
        var key = await AddKeyAsync(Sample.Key(Tenant));
        var until = key.CreatedAt.AddMinutes(15);
        await Keys.LockAsync(Tenant, key.Id, until, 0, null, Cancellation);

        var during = await Keys.RecordAttemptsAsync(Tenant, [Failed(key, 45, until.AddMinutes(-1))], Cancellation);
        var after = await Keys.RecordAttemptsAsync(Tenant, [Failed(key, 2, until.AddMinutes(1))], Cancellation);

        Assert.Equal([0, 2], [during[key.Id].FailedAttempts, after[key.Id].FailedAttempts]);
    }

    [Fact]
    public async Task RecordAttempts_Success_ForgetsLockoutsToo()
    {
        var key = await AddKeyAsync(Sample.Key(Tenant));
        await Keys.LockAsync(Tenant, key.Id, key.CreatedAt.AddMinutes(15), null, null, Cancellation);

        var known = await Keys.RecordAttemptsAsync(Tenant, [new ApiKeyAttempts { KeyId = key.Id, Succeeded = true }], Cancellation);

        Assert.Equal((0, 0), (known[key.Id].FailedAttempts, known[key.Id].Lockouts));
    }

    [Fact]
    public async Task Lock_SeveralReplicasForTheSameFailures_OneDoes()
    {
        var key = await AddKeyAsync(Sample.Key(Tenant));

        var results = await Task.WhenAll(Enumerable.Range(0, Racers).Select(i => Task.Run(
            async () => await Keys.LockAsync(Tenant, key.Id, key.CreatedAt.AddMinutes(15 + i), 0, null, Cancellation))));

        Assert.Single(results, locked => locked);
        Assert.Equal(1, (await Keys.FindAsync(Tenant, key.Id, Cancellation))!.Lockout.Lockouts);
        Assert.True(await Keys.LockAsync(Tenant, key.Id, key.CreatedAt.AddMinutes(30), 1, null, Cancellation));
        Assert.False(await Keys.LockAsync(OtherTenant, key.Id, key.CreatedAt.AddMinutes(30), null, null, Cancellation));
        Assert.Equal(2, (await Keys.FindAsync(Tenant, key.Id, Cancellation))!.Lockout.Lockouts);
    }

    [Fact]
    public async Task ReadLookupIds_KeysOfSeveralTenants_HasAllOfThem()
    {
        var mine = await AddKeyAsync(Sample.Key(Tenant));
        var others = await AddKeyAsync(Sample.Key(OtherTenant));
        var deleted = await AddKeyAsync(Sample.Key(Tenant));
        await Keys.DeleteAsync(Tenant, deleted.Id, null, null, Cancellation);

        var ids = await Keys.ReadLookupIdsAsync(Cancellation).ToListAsync(Cancellation);

        Assert.Contains(mine.LookupId, ids);
        Assert.Contains(others.LookupId, ids);
        Assert.DoesNotContain(deleted.LookupId, ids);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Keys.ReadLookupIdsAsync(Cancelled).ToListAsync(Cancelled));
    }
}
