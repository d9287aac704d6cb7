using McpRegistry.Maintenance;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What <see cref="IDatabaseUpkeep"/> promises; a store that needs none says so each time.</summary>
public abstract class DatabaseUpkeepSuite(IStorageFixture storage) : StoreSuite(storage)
{
    private const int Racers = 10;

    private IDatabaseUpkeep Upkeep => Get<IDatabaseUpkeep>();

    [Fact]
    public async Task Optimize_JustDone_IsRecentUnlessAskedForInAnyCase()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var revision = await Revisions.GetAsync(Cancellation);

        var first = await Upkeep.OptimizeAsync(TimeSpan.Zero, Cancellation);
        var second = await Upkeep.OptimizeAsync(TimeSpan.FromHours(1), Cancellation);
        var third = await Upkeep.OptimizeAsync(TimeSpan.Zero, Cancellation);

        DatabaseUpkeepOutcome[] expected = first == DatabaseUpkeepOutcome.NotSupported
            ? [DatabaseUpkeepOutcome.NotSupported, DatabaseUpkeepOutcome.NotSupported, DatabaseUpkeepOutcome.NotSupported]
            : [DatabaseUpkeepOutcome.Success, DatabaseUpkeepOutcome.Recent, DatabaseUpkeepOutcome.Success];
        Assert.Equal(expected, [first, second, third]);
        Assert.NotNull(await Servers.FindAsync(Tenant, server.Id, Cancellation));
        Assert.Equal(revision, await Revisions.GetAsync(Cancellation));
    }

    [Fact]
    public async Task Optimize_Concurrently_RunsOnceAtATimeAndNoneFails()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, Racers).Select(_ => Task.Run(
            async () => await Upkeep.OptimizeAsync(TimeSpan.Zero, Cancellation))));

        Assert.All(outcomes, outcome => Assert.NotEqual(DatabaseUpkeepOutcome.Recent, outcome));
        Assert.Contains(outcomes, outcome => outcome is DatabaseUpkeepOutcome.Success or DatabaseUpkeepOutcome.NotSupported);
        Assert.True(outcomes.Contains(DatabaseUpkeepOutcome.NotSupported) == outcomes.All(outcome => outcome == DatabaseUpkeepOutcome.NotSupported));
    }

    [Fact]
    public async Task Optimize_CancelledToken_IsCancelled() => await Assert.ThrowsAnyAsync<OperationCanceledException>(
        async () => await Upkeep.OptimizeAsync(TimeSpan.Zero, Cancelled));
}
