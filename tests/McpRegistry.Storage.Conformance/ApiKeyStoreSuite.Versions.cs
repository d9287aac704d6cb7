using McpRegistry.ApiKeys;
using Xunit;

namespace McpRegistry.Storage.Conformance;

public abstract partial class ApiKeyStoreSuite
{
    [Fact]
    public async Task Update_StateFromBeforeTheRevocation_IsStaleAndLeavesTheKeyRevoked()
    {
        var key = await AddKeyAsync(Sample.Key(Tenant));
        var revoked = await Keys.UpdateAsync(Tenant, key with { RevokedAt = key.CreatedAt }, null, Cancellation);
        Assert.True(revoked.Succeeded);

        var renamed = await Keys.UpdateAsync(Tenant, key with { Name = "renamed" }, null, Cancellation);

        Assert.Equal(StoreOutcome.Stale, renamed.Outcome);
        var found = (await Keys.FindAsync(Tenant, key.Id, Cancellation))!.Key;
        Assert.Equal(Describe.Key(revoked.Value!), Describe.Key(found));
        Assert.Equal((false, 2), (found.Enabled, found.Version));
    }

    [Fact]
    public async Task Update_SameVersionConcurrently_ExactlyOneWins()
    {
        var key = await AddKeyAsync(Sample.Key(Tenant));

        var results = await Task.WhenAll(Enumerable.Range(0, Racers).Select(i => Task.Run(
            async () => await Keys.UpdateAsync(Tenant, key with { Description = $"{i}" }, null, Cancellation))));

        var winner = Assert.Single(results, result => result.Succeeded).Value!;
        Assert.Equal(Racers - 1, results.Count(result => result.Outcome == StoreOutcome.Stale));
        Assert.Equal(Describe.Key(winner), Describe.Key((await Keys.FindAsync(Tenant, key.Id, Cancellation))!.Key));
        Assert.Equal(2, winner.Version);
    }

    [Fact]
    public async Task Version_UseAttemptsAndLocks_LeaveItAsItIs()
    {
        var key = await AddKeyAsync(Sample.Key(Tenant) with { Version = 7 });
        await Keys.RecordAttemptsAsync(Tenant, [Failed(key, 2)], Cancellation);
        await Keys.LockAsync(Tenant, key.Id, key.CreatedAt.AddMinutes(1), null, null, Cancellation);
        await Keys.LockAsync(Tenant, key.Id, null, null, null, Cancellation);

        Assert.Equal((1, 1), (key.Version, (await Keys.FindAsync(Tenant, key.Id, Cancellation))!.Key.Version));
    }
}
