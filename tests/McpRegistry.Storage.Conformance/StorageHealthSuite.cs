using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What <see cref="IStorageHealth"/> promises of a store that is in order.</summary>
public abstract class StorageHealthSuite(IStorageFixture storage) : StoreSuite(storage)
{
    [Fact]
    public async Task Check_StoreIsInOrder_IsReachableAndUpToDate()
    {
        await using var empty = await OpenEmptyAsync();

        var health = await empty.Services.GetRequiredService<IStorageHealth>().CheckAsync(Cancellation);

        Assert.True(health.Reachable);
        Assert.Equal(0, health.PendingMigrations);
        Assert.Null(health.Detail);
        Assert.True(health.Latency >= TimeSpan.Zero);
        Assert.All(health.Pools, pool => Assert.InRange(pool.Size, 1, int.MaxValue));
    }

    [Fact]
    public async Task Check_ManyAtOnce_AnswersAll()
    {
        await using var empty = await OpenEmptyAsync();
        var health = empty.Services.GetRequiredService<IStorageHealth>();

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => health.CheckAsync(Cancellation).AsTask())));

        Assert.All(answers, answer => Assert.True(answer.Reachable));
    }

    [Fact]
    public async Task Check_CancelledToken_IsCancelled()
    {
        await using var empty = await OpenEmptyAsync();
        var health = empty.Services.GetRequiredService<IStorageHealth>();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await health.CheckAsync(Cancelled));
    }
}
