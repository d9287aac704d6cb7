using McpRegistry.Resilience;
using Xunit;

namespace McpRegistry.Core.Tests.Resilience;

public sealed class CircuitHistoryTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_RepeatsAndAnyOrder_AreSortedOnceAndTheLatestKept()
    {
        var changes = Enumerable.Range(0, 30).Select(static second => Change(second)).ToArray();

        var history = CircuitHistory.Of(changes.Reverse().Concat(changes));

        Assert.Equal(changes[10..], history.Transitions);
    }

    [Fact]
    public void Merge_ChangesOfTwoReplicasInOneInstant_KeepsBoth()
    {
        var one = CircuitHistory.Empty.Add(Change(1, "one"));
        var two = CircuitHistory.Empty.Add(Change(1, "two"));

        Assert.Equal([Change(1, "one"), Change(1, "two")], two.Merge(one).Merge(two).Transitions);
        Assert.Equal(one.Merge(two), two.Merge(one));
    }

    [Fact]
    public void Merge_WhatOneHasForgotten_DoesNotComeBack()
    {
        var known = CircuitHistory.Of([Change(1), Change(2), Change(4)]);
        var reset = CircuitHistory.Of([Change(3, "operator")], Start.AddSeconds(3));

        Assert.Equal([Change(3, "operator"), Change(4)], known.Merge(reset).Transitions);
        Assert.Equal(known.Merge(reset), reset.Merge(known).Merge(known));
        Assert.Equal(Start.AddSeconds(3), known.Merge(reset).Since);
        Assert.Empty(reset.Merge(CircuitHistory.Of([], Start.AddSeconds(9))).Transitions);
    }

    /// <summary>Replicas hear of each other in any order and more than once.</summary>
    [Fact]
    public void Merge_AnyOrderOfAnyHistories_ComesToTheSame()
    {
        var random = new Random(1);
        for (var round = 0; round < 2_000; round++)
        {
            var all = Enumerable.Range(0, 4).Select(_ => Random(random)).ToArray();
            var expected = all.Aggregate(static (known, next) => known.Merge(next));

            random.Shuffle(all);

            Assert.Equal(expected, all[0].Merge(all[1].Merge(all[2]).Merge(all[0])).Merge(all[3]));
            Assert.Equal(expected.GetHashCode(), all.Aggregate(static (known, next) => next.Merge(known)).GetHashCode());
            Assert.InRange(expected.Transitions.Length, 0, CircuitHistory.MaxTransitions);
        }
    }

    [Fact]
    public void Equals_SameMembers_AreEqualAndOthersAreNot()
    {
        var history = CircuitHistory.Of([Change(1)], Start);

        Assert.Equal(CircuitHistory.Of([Change(1)], Start), history);
        Assert.NotEqual(CircuitHistory.Of([Change(1)]), history);
        Assert.NotEqual(CircuitHistory.Of([Change(2)], Start), history);
        Assert.Equal(CircuitHistory.Empty, CircuitHistory.Of([]));
    }

    private static CircuitHistory Random(Random random) => CircuitHistory.Of(
        Enumerable.Range(0, random.Next(15)).Select(_ => Change(random.Next(25), $"replica-{random.Next(3)}", (CircuitState)random.Next(3))),
        random.Next(3) == 0 ? Start.AddSeconds(random.Next(15)) : null);

    private static CircuitTransition Change(int second, string? instance = null, CircuitState state = CircuitState.Open) =>
        new() { At = Start.AddSeconds(second), Before = CircuitState.Closed, State = state, Reason = "It failed.", Instance = instance };
}
