using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Servers;
using McpRegistry.Storage;
using McpRegistry.Storage.Conformance;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

public sealed class PostgreSqlDeadlockTests(PostgreSqlStorage storage) : IClassFixture<PostgreSqlStorage>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Write_TwoTransactionsLockCrosswise_BothSucceedAndEachCountsOnce()
    {
        var tenant = new TenantId(Guid.CreateVersion7());
        var database = storage.Services.GetRequiredService<RegistryDatabase>();
        var left = await AddAsync(tenant);
        var right = await AddAsync(tenant);
        var leftHeld = new TaskCompletionSource();
        var rightHeld = new TaskCompletionSource();
        var runs = 0;

        var results = await Task.WhenAll(
            WriteAsync(left, right, leftHeld, rightHeld),
            WriteAsync(right, left, rightHeld, leftHeld));

        Assert.All(results, result => Assert.True(result.Succeeded));

        // At least one was repeated. It may be faster to take its first row again than the other is to wake up, and so meet it once more.
        Assert.True(runs >= 3, $"{runs} runs");
        Assert.Equal(4, await storage.Services.GetRequiredService<IRevisionStore>().GetAsync(tenant, Cancellation));

        Task<StoreResult<int>> WriteAsync(Guid first, Guid second, TaskCompletionSource held, TaskCompletionSource otherHeld) =>
            database.WriteAsync(
                new RowWrite(tenant, RegistryChangeKind.Server, first),
                async (context, token) =>
                {
                    Interlocked.Increment(ref runs);
                    await LockAsync(context, first, token);
                    held.TrySetResult();
                    await otherHeld.Task.WaitAsync(token);
                    await LockAsync(context, second, token);
                    return StoreResult<int>.Success(1);
                },
                Cancellation).AsTask();
    }

    private static Task<int> LockAsync(RegistryDbContext context, Guid id, CancellationToken cancellationToken) => context.Servers
        .Where(server => server.Id == id)
        .ExecuteUpdateAsync(set => set.SetProperty(server => server.Description, "locked"), cancellationToken);

    private async Task<Guid> AddAsync(TenantId tenant)
    {
        var server = Sample.Server(tenant);
        Assert.True((await storage.Services.GetRequiredService<IServerStore>().AddAsync(tenant, server, null, Cancellation)).Succeeded);
        return server.Id;
    }
}
