using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Routing;
using McpRegistry.Storage;
using McpRegistry.Storage.Conformance;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

public sealed class QuietWritesTests(PostgreSqlStorage storage) : IClassFixture<PostgreSqlStorage>
{
    private readonly TenantId _tenant = new(Guid.CreateVersion7());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private RegistryDatabase Database => storage.Services.GetRequiredService<RegistryDatabase>();

    [Fact]
    public async Task WriteQuietly_TwoTransactionsLockCrosswise_OneRunsAgainAndNoRevisionRises()
    {
        var left = await AddAsync();
        var right = await AddAsync();
        var leftHeld = new TaskCompletionSource();
        var rightHeld = new TaskCompletionSource();
        var runs = 0;

        var results = await Task.WhenAll(
            WriteAsync(left, right, leftHeld, rightHeld),
            WriteAsync(right, left, rightHeld, leftHeld));

        Assert.Equal([2, 2], results);

        // The one that runs again may meet the other a second time.
        Assert.True(runs >= 3, $"{runs} runs");
        Assert.Equal(2, await storage.Services.GetRequiredService<IRevisionStore>().GetAsync(_tenant, Cancellation));

        Task<int> WriteAsync(Guid first, Guid second, TaskCompletionSource held, TaskCompletionSource otherHeld) =>
            Database.WriteQuietlyAsync(
                async (context, token) =>
                {
                    Interlocked.Increment(ref runs);
                    var rows = await TouchAsync(context, first, token);
                    held.TrySetResult();
                    await otherHeld.Task.WaitAsync(token);
                    return rows + await TouchAsync(context, second, token);
                },
                Cancellation).AsTask();
    }

    [Fact]
    public async Task WriteQuietly_WriteThrows_LeavesNothing()
    {
        var id = await AddAsync();

        await Assert.ThrowsAsync<TimeoutException>(async () => await Database.WriteQuietlyAsync<int>(
            async (context, token) =>
            {
                await TouchAsync(context, id, token);
                throw new TimeoutException();
            },
            Cancellation));

        var rule = await storage.Services.GetRequiredService<IRoutingRuleStore>().FindAsync(_tenant, id, Cancellation);
        Assert.Null(rule!.Description);
    }

    private static Task<int> TouchAsync(RegistryDbContext context, Guid id, CancellationToken cancellationToken) => context.RoutingRules
        .Where(x => x.Id == id)
        .ExecuteUpdateAsync(set => set.SetProperty(x => x.Description, "touched"), cancellationToken);

    private async Task<Guid> AddAsync()
    {
        var rule = Sample.RoutingRule(_tenant);
        Assert.True((await storage.Services.GetRequiredService<IRoutingRuleStore>().AddAsync(_tenant, rule, null, Cancellation)).Succeeded);
        return rule.Id;
    }
}
