using McpRegistry.Auditing;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Resilience;
using McpRegistry.Servers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Replicas;

/// <content>Circuit breakers.</content>
public abstract partial class ReplicaTests
{
    [Fact]
    public async Task Breaker_TrippedOnOneReplica_IsOpenOnTheOtherAndAfterARestart()
    {
        await using var one = await StartAsync();
        await using var two = await StartAsync();
        var server = await AddAsync(one);
        var times = new List<TimeSpan>();
        await one.CatchUpAsync(Cancellation);
        await two.CatchUpAsync(Cancellation);
        for (var i = 0; i < 5; i++)
        {
            await ActAsync(one, server, CircuitAction.Reset);
            await two.WaitUntilAsync(replica => StateOn(replica, server) == CircuitState.Closed, Cancellation);
            for (var failure = 0; failure < 20; failure++)
            {
                BreakerOn(one, server)!.Note(0, CircuitVerdict.Failure);
            }

            times.Add(await two.WaitUntilAsync(replica => StateOn(replica, server) == CircuitState.Open, Cancellation));
            Assert.Equal("20 of 20 calls failed.", BreakerOn(two, server)!.History.Transitions[^1].Reason);
        }

        Print("trip to open breaker on the other replica", times);
        await using var restarted = await StartAsync();
        Assert.Equal(CircuitState.Open, StateOn(restarted, server));
        Assert.InRange(BreakerOn(restarted, server)!.Wait!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(10));

        await ActAsync(restarted, server, CircuitAction.Isolate);
        await one.WaitUntilAsync(replica => StateOn(replica, server) == CircuitState.Isolated, Cancellation);
        Assert.False(BreakerOn(one, server)!.Admits);
    }

    [Fact]
    public async Task Breaker_HistoryOfEachReplica_IsThatOfAllAndOfOneThatStarts()
    {
        await using var one = await StartAsync();
        await using var two = await StartAsync();
        var server = await AddAsync(one);
        await one.CatchUpAsync(Cancellation);
        await two.CatchUpAsync(Cancellation);

        Trip(BreakerOn(one, server)!);
        await two.WaitUntilAsync(replica => StateOn(replica, server) == CircuitState.Open, Cancellation);
        Assert.Equal(["20 of 20 calls failed."], ReasonsOn(two));
        await ActAsync(two, server, CircuitAction.Close, "mended");
        await one.WaitUntilAsync(replica => StateOn(replica, server) == CircuitState.Closed, Cancellation);
        Assert.Equal(["20 of 20 calls failed.", "mended"], ReasonsOn(one));

        // At once: whichever is saved first or has lost, both are told by the next change.
        await Task.WhenAll(((Replica[])[one, two]).Select(replica => Task.Run(() => Trip(BreakerOn(replica, server)!), Cancellation)));
        await one.Services.GetRequiredService<CircuitStateWriter>().FlushAsync();
        await two.Services.GetRequiredService<CircuitStateWriter>().FlushAsync();
        await ActAsync(one, server, CircuitAction.Isolate, "repair");
        await two.WaitUntilAsync(replica => StateOn(replica, server) == CircuitState.Isolated, Cancellation);
        var known = BreakerOn(one, server)!.History;
        Assert.Equal(known, BreakerOn(two, server)!.History);
        Assert.InRange(known.Transitions.Count(static change => change.Before == CircuitState.Closed && change.State == CircuitState.Open), 2, 3);

        await using (var restarted = await StartAsync())
        {
            Assert.Equal(known, BreakerOn(restarted, server)!.History);
        }

        await ActAsync(two, server, CircuitAction.Reset, "all mended");
        await one.WaitUntilAsync(replica => StateOn(replica, server) == CircuitState.Closed, Cancellation);
        Assert.Equal(["all mended"], ReasonsOn(one));
        Assert.Equal(0, BreakerOn(one, server)!.Totals.Requests);

        IEnumerable<string?> ReasonsOn(Replica replica) => BreakerOn(replica, server)!.History.Transitions.Select(static change => change.Reason);
    }

    private static EndpointBreaker? BreakerOn(Replica replica, RegisteredServer server) =>
        replica.Services.GetRequiredService<CircuitBreakers>().Find(server.Endpoints[0].Id);

    private static CircuitState? StateOn(Replica replica, RegisteredServer server) => BreakerOn(replica, server)?.State;

    private static async Task ActAsync(Replica replica, RegisteredServer server, CircuitAction action, string? reason = null) => Assert.True(
        await replica.Services.GetRequiredService<CircuitBreakerDesk>().ActAsync(BreakerOn(replica, server)!, action, reason, AuditActor.System, Cancellation));

    private static void Trip(EndpointBreaker breaker)
    {
        for (var failure = 0; failure < 20; failure++)
        {
            breaker.Note(0, CircuitVerdict.Failure);
        }
    }
}
