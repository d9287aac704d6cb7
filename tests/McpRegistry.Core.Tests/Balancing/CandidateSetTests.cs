using McpRegistry.Balancing;
using McpRegistry.Resilience;
using McpRegistry.Storage;
using Xunit;

namespace McpRegistry.Core.Tests.Balancing;

public sealed class CandidateSetTests
{
    public static TheoryData<string> Policies => [.. BuiltInPolicies.Names];

    /// <summary>Whatever happens, what is kept is what would be found by looking anew.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Holds_AnythingMayHappen_OnlyWhileASetIsWhatItWouldBeAnew(int seed)
    {
        var sample = new BalancingSample(
            new BalancingOptions { Zone = "eu", HealthMinCalls = 3 }, [1, 2, 3, 4], ["eu", "eu", "us", "us"], [new HealthGate(), new BreakerGate()]);
        var random = new Random(seed);
        var probes = new long[4];
        var kept = Look(sample);
        var (held, renewed) = (0, 0);
        for (var i = 0; i < 20_000; i++)
        {
            Disturb(sample, random, probes);
            if (kept.Holds(sample.Changes, sample.Clock))
            {
                held++;
                var anew = Look(sample);
                Assert.True(kept.IsLevel == anew.IsLevel, $"step {i}");
                Assert.Equal(Ordinals(anew), Ordinals(kept));
            }
            else
            {
                renewed++;
                kept = Look(sample);
            }
        }

        Assert.True(held > 2_000 && renewed > 2_000, $"{held} {renewed}");
    }

    [Fact]
    public void Holds_ChangeWhileTheEndpointsWereLookedAt_IsOld()
    {
        var sample = new BalancingSample(new BalancingOptions(), [1, 1]);
        var version = sample.Changes.Count;
        sample.Loads[0].Connected();

        Assert.False(sample.Balancer.SetOf([.. sample.Loads], version).Holds(sample.Changes, sample.Clock));
    }

    /// <summary>The gates are not asked for each call.</summary>
    [Fact]
    public void Pick_NothingChanges_LooksAtTheEndpointsOnce()
    {
        var gate = new CountingGate();
        var sample = new BalancingSample(new BalancingOptions(), [1, 1, 1], gates: [gate]);
        sample.Count(100);
        Assert.Equal(3, gate.Asked);

        sample.Changes.Add();
        sample.Count(100);
        Assert.Equal(6, gate.Asked);
    }

    /// <summary>Where one is new or degraded, and for calls that avoid one, candidates are looked at one by one; the shares are the same.</summary>
    [Theory]
    [MemberData(nameof(Policies))]
    public void Pick_AmongASetOrOneByOne_SharesAreTheSame(string policy)
    {
        var options = new BalancingOptions { Policy = policy };
        var (kept, other) = (new BalancingSample(options, [5, 3, 2]), new BalancingSample(options, [5, 3, 2]));
        var counts = new int[3];
        for (var i = 0; i < 20_000; i++)
        {
            counts[other.Balancer.Pick([.. other.Loads], new BalancingSample.Owner($"key:{i}")).Ordinal]++;
        }

        Assert.Equal(counts, kept.Count(20_000, static i => $"key:{i}"));
    }

    private static CandidateSet Look(BalancingSample sample)
    {
        var version = sample.Changes.Count;
        return sample.Balancer.SetOf([.. sample.Loads], version);
    }

    private static void Disturb(BalancingSample sample, Random random, long[] probes)
    {
        var ordinal = random.Next(4);
        var load = sample.Loads[ordinal];
        switch (random.Next(14))
        {
            case 0:
                load.Connected();
                break;
            case 1 or 2:
                load.Note(failed: true, TimeSpan.FromMilliseconds(1));
                break;
            case 3 or 4 or 5:
                load.Note(failed: false, TimeSpan.FromMilliseconds(1));
                break;
            case 6:
                load.Breaker.Apply(load.Breaker.Decide((CircuitState)random.Next(3), "test"));
                break;
            case 7:
                if (load.Breaker.TryEnter(out var probe) && probe != 0)
                {
                    probes[ordinal] = probe;
                }

                break;
            case 8 when probes[ordinal] != 0:
                load.Breaker.Note(probes[ordinal], (CircuitVerdict)random.Next(4));
                probes[ordinal] = 0;
                break;
            case 9:
                load.NoteRefused(isPassing: random.Next(4) == 0);
                break;
            case 10:
                load.NoteHoldBack(TimeSpan.FromSeconds(random.Next(4)));
                break;
            default:
                sample.Clock.Advance(TimeSpan.FromSeconds(random.Next(4)));
                break;
        }
    }

    private static IEnumerable<int> Ordinals(CandidateSet set) => set.Candidates.ToArray().Select(static candidate => candidate.Ordinal);

    private sealed class CountingGate : IEndpointGate
    {
        public int Asked { get; private set; }

        public EndpointState KeptOutAs => EndpointState.Unhealthy;

        public bool Admits(IEndpointLoad endpoint) => ++Asked > 0;

        public long HoldsUntil(IEndpointLoad endpoint) => long.MaxValue;
    }
}
