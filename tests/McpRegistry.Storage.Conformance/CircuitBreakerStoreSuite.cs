using McpRegistry.Resilience;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What <see cref="ICircuitBreakerStore"/> promises.</summary>
public abstract partial class CircuitBreakerStoreSuite(IStorageFixture storage) : PolicyStoreSuite(storage)
{
    private ICircuitBreakerStore Breakers => Get<ICircuitBreakerStore>();

    [Fact]
    public async Task Save_FullOrMinimalSnapshot_ReadsBackAsReturned()
    {
        var full = Sample.FullBreaker(await AddServerAsync(Sample.Server(Tenant)));
        var minimal = Sample.Breaker(await AddServerAsync(Sample.Server(TenantId.Global)));
        foreach (var snapshot in new[] { full, minimal })
        {
            var saved = await SaveAsync(snapshot with
            {
                BreakDuration = snapshot.BreakDuration + TimeSpan.FromTicks(9999),
                LastStateChange = snapshot.LastStateChange.AddTicks(9),
                History = CircuitHistory.Of(snapshot.History.Transitions.Select(change => change with { At = change.At.AddTicks(9) }), snapshot.History.Since?.AddTicks(9)),
            });

            Assert.Equal(Describe.Breaker(snapshot), Describe.Breaker(saved));
            Assert.Equal(Describe.Breaker(saved), Describe.Breaker(await Breakers.FindAsync(snapshot.Tenant, snapshot.EndpointId, Cancellation)));
        }
    }

    [Theory]
    [InlineData(CircuitState.Closed)]
    [InlineData(CircuitState.Open)]
    [InlineData(CircuitState.HalfOpen)]
    [InlineData(CircuitState.Isolated)]
    public async Task Save_OverAnyStateButIsolated_ReplacesEverythingButTheHistory(CircuitState state)
    {
        foreach (var before in Enum.GetValues<CircuitState>().Where(before => before != CircuitState.Isolated || state == CircuitState.Isolated))
        {
            var server = await AddServerAsync(Sample.Server(Tenant));
            await SaveAsync(Sample.FullBreaker(server) with { State = before });
            await SaveAsync(Sample.Breaker(server, state));

            Assert.Equal(
                Describe.Breaker(Sample.Breaker(server, state) with { History = Sample.FullBreaker(server).History }),
                Describe.Breaker(await Breakers.FindAsync(Tenant, server.Endpoints[0].Id, Cancellation)));
        }
    }

    [Theory]
    [InlineData(CircuitState.Closed)]
    [InlineData(CircuitState.Open)]
    public async Task Save_OlderThanTheStoredOne_IsStaleAndChangesNothing(CircuitState state)
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var stored = await SaveAsync(Sample.FullBreaker(server) with { State = CircuitState.Open });

        var result = await Breakers.SaveAsync(
            Tenant, Sample.Breaker(server, state) with { LastStateChange = stored.LastStateChange.AddTicks(-10) }, Cancellation);

        Assert.Equal(StoreOutcome.Stale, result.Outcome);
        Assert.Equal(Describe.Breaker(stored), Describe.Breaker(await Breakers.FindAsync(Tenant, stored.EndpointId, Cancellation)));
    }

    [Theory]
    [InlineData(CircuitState.Closed)]
    [InlineData(CircuitState.Open)]
    public async Task Save_UnknownOrForeignServer_IsNotFound(CircuitState state)
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var foreign = await AddServerAsync(Sample.Server(OtherTenant));
        var own = Sample.Breaker(server, state);
        var stored = await SaveAsync(Sample.FullBreaker(foreign));

        Assert.Equal(StoreOutcome.NotFound, (await Breakers.SaveAsync(Tenant, own with { ServerId = Guid.CreateVersion7() }, Cancellation)).Outcome);
        Assert.Equal(StoreOutcome.NotFound, (await Breakers.SaveAsync(Tenant, own with { ServerId = foreign.Id }, Cancellation)).Outcome);
        Assert.Equal(StoreOutcome.NotFound, (await Breakers.SaveAsync(Tenant, own with { EndpointId = stored.EndpointId }, Cancellation)).Outcome);
        Assert.Equal(StoreOutcome.NotFound, (await Breakers.SaveAsync(Tenant, stored with { Tenant = Tenant, State = state }, Cancellation)).Outcome);
        Assert.Equal(StoreOutcome.NotFound, (await Breakers.SaveAsync(Tenant, stored with { Tenant = Tenant, Reason = "stolen" }, Cancellation)).Outcome);
        await Assert.ThrowsAsync<ArgumentException>(async () => await Breakers.SaveAsync(OtherTenant, own, Cancellation));

        Assert.Null(await Breakers.FindAsync(Tenant, own.EndpointId, Cancellation));
        Assert.Null(await Breakers.FindAsync(Tenant, stored.EndpointId, Cancellation));
        Assert.Equal(Describe.Breaker(stored), Describe.Breaker(await Breakers.FindAsync(OtherTenant, stored.EndpointId, Cancellation)));
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public async Task Save_HostileText_ComesBackUnchanged(string text)
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        foreach (var state in new[] { CircuitState.Open, CircuitState.Closed, CircuitState.Closed })
        {
            await SaveAsync(Sample.Breaker(server, state) with { Reason = text + state, Instance = text });

            var found = await Breakers.FindAsync(Tenant, server.Endpoints[0].Id, Cancellation);
            Assert.Equal([text + state, text], [found!.Reason!, found.Instance!]);
        }
    }

    [Fact]
    public async Task Save_State_RaisesTheRevisionOnlyWhenItChanges()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var start = await Revisions.GetAsync(Cancellation);

        await SaveAsync(CircuitState.Closed, raises: 0);
        await SaveAsync(CircuitState.Closed, raises: 0);
        await SaveAsync(CircuitState.Open, raises: 1);
        await SaveAsync(CircuitState.Open, raises: 0);
        await SaveAsync(CircuitState.HalfOpen, raises: 1);
        await SaveAsync(CircuitState.Closed, raises: 1);
        Assert.False((await Breakers.SaveAsync(
            Tenant, Sample.Breaker(server, CircuitState.Open) with { LastStateChange = server.CreatedAt.AddDays(-1) }, Cancellation)).Succeeded);
        Assert.False((await Breakers.SaveAsync(Tenant, Sample.Breaker(server) with { ServerId = Guid.CreateVersion7() }, Cancellation)).Succeeded);

        await AssertToldAsync(start, RegistryChangeKind.CircuitBreaker, server.Endpoints[0].Id, 3, deleted: false);
        Assert.Equal(4, await Revisions.GetAsync(Tenant, Cancellation));

        async Task SaveAsync(CircuitState state, int raises)
        {
            var before = await Revisions.GetAsync(Tenant, Cancellation);
            await this.SaveAsync(Sample.Breaker(server, state) with { TotalRequests = before });
            Assert.Equal(before + raises, await Revisions.GetAsync(Tenant, Cancellation));
        }
    }

    [Fact]
    public async Task Save_FirstOneOfAnOpenBreaker_RaisesTheRevision()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));

        await SaveAsync(Sample.Breaker(server, CircuitState.Open));

        Assert.Equal(2, await Revisions.GetAsync(Tenant, Cancellation));
    }

    /// <summary>A replica that has not heard yet of an operator's decision must not take it back by what its calls meet.</summary>
    [Theory]
    [InlineData(CircuitState.Closed)]
    [InlineData(CircuitState.Open)]
    [InlineData(CircuitState.HalfOpen)]
    public async Task Save_OverIsolated_IsStaleHoweverNew_UntilSomebodyDecides(CircuitState state)
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var later = Sample.Breaker(server, state) with { LastStateChange = server.CreatedAt.AddDays(1) };
        var isolated = await Breakers.DecideAsync(Tenant, Sample.FullBreaker(server) with { State = CircuitState.Isolated, LastStateChange = server.CreatedAt }, null, Cancellation);
        var revision = await Revisions.GetAsync(Tenant, Cancellation);

        Assert.Equal(StoreOutcome.Stale, (await Breakers.SaveAsync(Tenant, later, Cancellation)).Outcome);
        Assert.Equal(Describe.Breaker(isolated.Value), Describe.Breaker(await Breakers.FindAsync(Tenant, later.EndpointId, Cancellation)));
        Assert.Equal(revision, await Revisions.GetAsync(Tenant, Cancellation));

        Assert.True((await Breakers.DecideAsync(Tenant, later, null, Cancellation)).Succeeded);
        await SaveAsync(later with { LastStateChange = later.LastStateChange.AddSeconds(1) });
    }

    [Fact]
    public async Task Decide_SameStateAgain_TellsEachTime()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var start = await Revisions.GetAsync(Cancellation);
        for (var i = 1; i <= 3; i++)
        {
            var wanted = Sample.FullBreaker(server) with { State = i == 1 ? CircuitState.Closed : CircuitState.Isolated, LastStateChange = server.CreatedAt.AddSeconds(i) };
            var decided = await Breakers.DecideAsync(Tenant, wanted, null, Cancellation);

            Assert.Equal(Describe.Breaker(wanted), Describe.Breaker(decided.Value));
            Assert.Equal(Describe.Breaker(wanted), Describe.Breaker(await Breakers.FindAsync(Tenant, wanted.EndpointId, Cancellation)));
        }

        await AssertToldAsync(start, RegistryChangeKind.CircuitBreaker, server.Endpoints[0].Id, 3, deleted: false);
    }

    [Fact]
    public async Task Decide_OlderOrForeign_IsRefusedAndChangesNothing()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var foreign = await AddServerAsync(Sample.Server(OtherTenant));
        var stored = await SaveAsync(Sample.FullBreaker(server));

        var older = await Breakers.DecideAsync(Tenant, Sample.Breaker(server, CircuitState.Open) with { LastStateChange = stored.LastStateChange.AddTicks(-10) }, null, Cancellation);
        var other = await Breakers.DecideAsync(Tenant, Sample.Breaker(foreign) with { Tenant = Tenant }, null, Cancellation);

        Assert.Equal([StoreOutcome.Stale, StoreOutcome.NotFound], [older.Outcome, other.Outcome]);
        await Assert.ThrowsAsync<ArgumentException>(async () => await Breakers.DecideAsync(OtherTenant, stored, null, Cancellation));
        await AssertCancelledAsync(async () => await Breakers.DecideAsync(Tenant, stored, null, Cancelled));
        Assert.Equal(Describe.Breaker(stored), Describe.Breaker(await Breakers.FindAsync(Tenant, stored.EndpointId, Cancellation)));
    }

    [Fact]
    public async Task DeleteServer_Breakers_GoWithIt()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var kept = await AddServerAsync(Sample.Server(Tenant));
        await SaveAsync(Sample.FullBreaker(server));
        await SaveAsync(Sample.FullBreaker(kept));

        Assert.True((await Servers.DeleteAsync(Tenant, server.Id, null, null, Cancellation)).Succeeded);

        Assert.Null(await Breakers.FindAsync(Tenant, server.Endpoints[0].Id, Cancellation));
        Assert.NotNull(await Breakers.FindAsync(Tenant, kept.Endpoints[0].Id, Cancellation));
        Assert.Equal(StoreOutcome.NotFound, (await Breakers.SaveAsync(Tenant, Sample.FullBreaker(server), Cancellation)).Outcome);
    }

    private async Task<CircuitBreakerSnapshot> SaveAsync(CircuitBreakerSnapshot snapshot)
    {
        var result = await Breakers.SaveAsync(snapshot.Tenant, snapshot, Cancellation);
        Assert.True(result.Succeeded, $"{result.Outcome} {result.ConflictField}");
        return result.Value;
    }

    private async Task<RegisteredServer> AddServerWithBreakerAsync(CircuitState state)
    {
        var server = await AddServerAsync(Sample.Server(Tenant) with { Endpoints = [Sample.Endpoint() with { Id = Sample.RandomId() }] });
        await SaveAsync(Sample.Breaker(server, state));
        return server;
    }
}
