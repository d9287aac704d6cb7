using McpRegistry.Resilience;
using McpRegistry.Servers;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <content>The history, which is of all replicas that save.</content>
public abstract partial class CircuitBreakerStoreSuite
{
    [Fact]
    public async Task Save_HistoriesOfTwoReplicas_AreMergedInOrderWithoutRepeats()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        CircuitTransition[] changes = [.. Enumerable.Range(0, 4).Select(second => Change(server, second, $"replica-{second % 2}"))];
        await SaveAsync(Tripped(server, changes[0], changes[2]));

        var saved = await SaveAsync(Tripped(server, changes[3], changes[0], changes[1]));
        var kept = await SaveAsync(Sample.Breaker(server, CircuitState.Open));

        Assert.Equal(changes, saved.History.Transitions);
        Assert.Equal(saved.History, kept.History);
        Assert.Equal(saved.History, (await Breakers.FindAsync(Tenant, saved.EndpointId, Cancellation))!.History);
        Assert.Equal(saved.History, Assert.Single(await Breakers.ListOpenAsync(Tenant, null, 10, Cancellation)).History);
    }

    [Fact]
    public async Task Save_MoreChangesThanAreKept_KeepsTheLatest()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        CircuitTransition[] changes = [.. Enumerable.Range(0, CircuitHistory.MaxTransitions + 5).Select(second => Change(server, second))];

        await SaveAsync(Tripped(server, changes[10..]));
        var saved = await SaveAsync(Tripped(server, changes[..15]));

        Assert.Equal(changes[5..], saved.History.Transitions);
        Assert.Equal(saved.History, (await Breakers.FindAsync(Tenant, saved.EndpointId, Cancellation))!.History);
    }

    [Fact]
    public async Task Save_OlderThanTheStoredOne_LeavesTheHistory()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var stored = await SaveAsync(Tripped(server, Change(server, 1)));

        var older = Tripped(server, Change(server, 0)) with { LastStateChange = stored.LastStateChange.AddTicks(-10) };
        Assert.Equal(StoreOutcome.Stale, (await Breakers.SaveAsync(Tenant, older, Cancellation)).Outcome);

        Assert.Equal(stored.History, (await Breakers.FindAsync(Tenant, stored.EndpointId, Cancellation))!.History);
    }

    /// <summary>What was forgotten does not come back with a replica that still knows it.</summary>
    [Fact]
    public async Task Decide_HistoryThatBeginsAnew_ForgetsWhatCameBeforeForGood()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var known = await SaveAsync(Tripped(server, Change(server, 0), Change(server, 1)));
        var reset = Change(server, 2) with { State = CircuitState.Closed };
        var begun = CircuitHistory.Of([reset], reset.At);

        var decided = await Breakers.DecideAsync(
            Tenant, Sample.Breaker(server) with { LastStateChange = reset.At, History = begun }, null, Cancellation);
        var later = Change(server, 3);
        var saved = await SaveAsync(known with { LastStateChange = later.At, History = known.History.Add(later) });

        Assert.Equal(begun, decided.Value!.History);
        Assert.Equal(begun.Add(later), saved.History);
        Assert.Equal(begun.Add(later), (await Breakers.FindAsync(Tenant, saved.EndpointId, Cancellation))!.History);
    }

    [Fact]
    public async Task Decide_OverAHistory_AddsToIt()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var stored = await SaveAsync(Tripped(server, Change(server, 0)));
        var isolated = Change(server, 1) with { State = CircuitState.Isolated, Before = CircuitState.Open };

        await Breakers.DecideAsync(
            Tenant, Sample.Breaker(server, CircuitState.Isolated) with { LastStateChange = isolated.At, History = CircuitHistory.Of([isolated]) }, null, Cancellation);

        Assert.Equal(stored.History.Add(isolated), (await Breakers.FindAsync(Tenant, stored.EndpointId, Cancellation))!.History);
    }

    [Fact]
    public async Task Save_ByTwentyAtOnce_LosesNoChangeOfAny()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        CircuitTransition[] changes = [.. Enumerable.Range(0, CircuitHistory.MaxTransitions).Select(i => Change(server, 0, $"replica-{i:00}"))];

        await Task.WhenAll(changes.Select(change => Task.Run(async () => await SaveAsync(Tripped(server, change)))));

        Assert.Equal(changes, (await Breakers.FindAsync(Tenant, server.Endpoints[0].Id, Cancellation))!.History.Transitions);
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public async Task Save_HistoryOfHostileTexts_ComesBackUnchanged(string text)
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var change = Change(server, 0, text) with { Reason = text };

        await SaveAsync(Tripped(server, change));
        await SaveAsync(Tripped(server, change));

        Assert.Equal(change, Assert.Single((await Breakers.FindAsync(Tenant, server.Endpoints[0].Id, Cancellation))!.History.Transitions));
    }

    private static CircuitBreakerSnapshot Tripped(RegisteredServer server, params CircuitTransition[] changes) =>
        Sample.Breaker(server, CircuitState.Open) with { History = CircuitHistory.Of(changes) };

    private static CircuitTransition Change(RegisteredServer server, int second, string? instance = null) => new()
    {
        At = server.CreatedAt.AddSeconds(second),
        Before = CircuitState.Closed,
        State = CircuitState.Open,
        Reason = $"change {second}",
        Instance = instance,
    };
}
