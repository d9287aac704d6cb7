using McpRegistry.Resilience;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.Resilience;

public sealed class RetryBudgetTests
{
    private readonly ManualTimeProvider _clock = new();

    [Theory]
    [InlineData(0.2, 10, 2)]
    [InlineData(0.2, 100_000, 100)]
    [InlineData(1.0, 7, 7)]
    [InlineData(0.0, 1_000, 0)]
    public void TryTake_AfterCalls_GivesTheirShareAndNoMore(double share, int calls, int expected)
    {
        var budget = new RetryBudget(new RetryOptions { Budget = share, MinPerSecond = 0 }, _clock);
        for (var i = 0; i < calls; i++)
        {
            budget.Add();
        }

        Assert.Equal(expected, Taken(budget));
    }

    [Fact]
    public void TryTake_WithoutCalls_GivesTheMinimumOfEachSecond()
    {
        var budget = new RetryBudget(new RetryOptions { Budget = 0, MinPerSecond = 3 }, _clock);

        Assert.Equal(3, Taken(budget));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(3, Taken(budget));
    }

    [Fact]
    public void TryTake_ByManyAtOnce_GivesNoMore()
    {
        var budget = new RetryBudget(new RetryOptions { Budget = 0.5, MinPerSecond = 10 }, _clock);
        Parallel.For(0, 100, _ => budget.Add());
        var taken = 0;

        Parallel.For(0, 1_000, _ => Interlocked.Add(ref taken, budget.TryTake() ? 1 : 0));

        Assert.Equal(60, taken);
    }

    [Fact]
    public void Add_ACall_AllocatesNothing()
    {
        var budget = new RetryBudget(new RetryOptions(), _clock);

        Assert.Equal(0, Allocations.Of(budget.Add));
    }

    private static int Taken(RetryBudget budget)
    {
        var taken = 0;
        while (budget.TryTake())
        {
            taken++;
        }

        return taken;
    }
}
