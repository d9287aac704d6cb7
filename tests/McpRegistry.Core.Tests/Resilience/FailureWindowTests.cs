using McpRegistry.Resilience;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.Resilience;

public sealed class FailureWindowTests
{
    private readonly ManualTimeProvider _clock = new();

    /// <summary>Against a list of all calls: of the last nine slices everything counts, and of the tenth and older nothing but what is in the current ten.</summary>
    [Fact]
    public void Sum_RandomCalls_IsThatOfTheLastTenSlices()
    {
        var window = new FailureWindow(TimeSpan.FromSeconds(10), _clock);
        var random = new Random(7);
        var calls = new List<(long Slice, bool Failed)>();
        for (var i = 0; i < 20_000; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(random.Next(random.Next(20) == 0 ? 3_000 : 40)));
            var now = _clock.GetTimestamp();
            calls.Add((now / _clock.TimestampFrequency, random.Next(3) == 0));
            window.Add(now, calls[^1].Failed);
            if (i % 100 == 0)
            {
                var counted = calls.Where(call => call.Slice > calls[^1].Slice - 10).ToArray();
                Assert.Equal((counted.Count(static call => call.Failed), counted.Length), window.Sum(now));
            }
        }
    }

    [Fact]
    public void Add_ByManyAtOnce_LosesNothing()
    {
        var window = new FailureWindow(TimeSpan.FromSeconds(10), _clock);

        Parallel.For(0, 10_000, i => window.Add(_clock.GetTimestamp(), i % 4 == 0));

        Assert.Equal((2_500, 10_000), window.Sum(_clock.GetTimestamp()));
    }
}
