using McpRegistry.Alerts;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <content>Evaluations, lists, many callers at once.</content>
public abstract partial class PerformanceAlertStoreSuite
{
    [Fact]
    public async Task RecordEvaluation_State_MovesOnFromWhatWasSeen()
    {
        var alert = await AddAsync(Sample.Alert(Tenant));
        var pending = AlertState.Initial with { TriggeredSince = alert.CreatedAt };
        var firing = Sample.FiringState();

        var first = await Alerts.RecordEvaluationAsync(Tenant, alert.Id, alert.State, pending, Cancellation);
        var late = await Alerts.RecordEvaluationAsync(Tenant, alert.Id, alert.State, firing, Cancellation);
        var second = await Alerts.RecordEvaluationAsync(Tenant, alert.Id, first.Value!, firing, Cancellation);
        var third = await Alerts.RecordEvaluationAsync(Tenant, alert.Id, firing, second.Value! with { IsTriggered = false, TriggeredSince = null }, Cancellation);

        Assert.Equal(pending, first.Value);
        Assert.Equal(StoreOutcome.Stale, late.Outcome);
        Assert.Equal(1, second.Value!.TriggerCount);
        Assert.Equal(firing.LastNotification!.Value, second.Value.LastNotification!.Value, TimeSpan.FromMicroseconds(1));
        Assert.True(third.Succeeded);
        Assert.Equal(Describe.Alert(alert with { State = third.Value }), Describe.Alert(await Alerts.FindAsync(Tenant, alert.Id, Cancellation)));
    }

    [Fact]
    public async Task RecordEvaluation_AnyPartOfTheStateDiffers_IsStale()
    {
        var alert = await AddAsync(Sample.Alert(Tenant));
        var stored = (await Alerts.RecordEvaluationAsync(Tenant, alert.Id, alert.State, Sample.FiringState(), Cancellation)).Value!;
        AlertState[] others =
        [
            stored with { IsTriggered = false },
            stored with { TriggerCount = 2 },
            stored with { TriggeredSince = null },
            stored with { LastTriggered = stored.LastTriggered!.Value.AddTicks(10) },
            stored with { LastNotification = null },
        ];

        foreach (var other in others)
        {
            Assert.Equal(StoreOutcome.Stale, (await Alerts.RecordEvaluationAsync(Tenant, alert.Id, other, AlertState.Initial, Cancellation)).Outcome);
            Assert.Equal(StoreOutcome.Stale, (await Alerts.RecordEvaluationAsync(Tenant, alert.Id, other, other, Cancellation)).Outcome);
        }

        Assert.Equal(stored, (await Alerts.FindAsync(Tenant, alert.Id, Cancellation))!.State);
    }

    [Fact]
    public async Task RecordEvaluation_UnknownOrForeignAlert_IsNotFound()
    {
        var alert = await AddAsync(Sample.Alert(Tenant));
        var quiet = AlertState.Initial with { LastNotification = alert.CreatedAt };

        foreach (var now in new[] { quiet, Sample.FiringState() })
        {
            Assert.Equal(StoreOutcome.NotFound, (await Alerts.RecordEvaluationAsync(OtherTenant, alert.Id, AlertState.Initial, now, Cancellation)).Outcome);
            Assert.Equal(StoreOutcome.NotFound, (await Alerts.RecordEvaluationAsync(Tenant, Guid.CreateVersion7(), AlertState.Initial, now, Cancellation)).Outcome);
        }

        Assert.Equal(AlertState.Initial, (await Alerts.FindAsync(Tenant, alert.Id, Cancellation))!.State);
    }

    [Fact]
    public async Task RecordEvaluation_FiftyAtOnce_CountOnce()
    {
        var alert = await AddAsync(Sample.Alert(Tenant));

        var results = await Task.WhenAll(Enumerable.Range(0, Racers).Select(_ => Task.Run(
            async () => await Alerts.RecordEvaluationAsync(Tenant, alert.Id, alert.State, Sample.FiringState(), Cancellation))));

        Assert.Single(results, result => result.Succeeded);
        Assert.Equal(Racers - 1, results.Count(result => result.Outcome == StoreOutcome.Stale));
        Assert.Equal(1, (await Alerts.FindAsync(Tenant, alert.Id, Cancellation))!.State.TriggerCount);
    }

    [Fact]
    public async Task EveryWrite_OfAnAlert_RaisesTheRevisionUnlessNothingFired()
    {
        var start = await Revisions.GetAsync(Cancellation);
        var alert = await AddAsync(Sample.Alert(Tenant));
        var pending = AlertState.Initial with { TriggeredSince = alert.CreatedAt };
        var firing = Sample.FiringState();

        await MoveAsync(AlertState.Initial, pending, raises: 0);
        await MoveAsync(pending, firing, raises: 1);
        await MoveAsync(firing, firing with { LastNotification = null }, raises: 0);
        await MoveAsync(firing with { LastNotification = null }, firing with { LastNotification = null, IsTriggered = false }, raises: 1);
        Assert.False((await Alerts.RecordEvaluationAsync(Tenant, alert.Id, firing, AlertState.Initial, Cancellation)).Succeeded);
        Assert.False((await Alerts.UpdateAsync(Tenant, alert with { Version = 5 }, Cancellation)).Succeeded);
        Assert.True((await Alerts.UpdateAsync(Tenant, alert, Cancellation)).Succeeded);
        Assert.True(await Alerts.DeleteAsync(Tenant, alert.Id, Cancellation));
        Assert.False(await Alerts.DeleteAsync(Tenant, alert.Id, Cancellation));

        Assert.Equal(5, await Revisions.GetAsync(Tenant, Cancellation));
        await AssertToldAsync(start, RegistryChangeKind.PerformanceAlert, alert.Id, 4, deleted: true);

        async Task MoveAsync(AlertState seen, AlertState now, int raises)
        {
            var before = await Revisions.GetAsync(Tenant, Cancellation);
            Assert.True((await Alerts.RecordEvaluationAsync(Tenant, alert.Id, seen, now, Cancellation)).Succeeded);
            Assert.Equal(before + raises, await Revisions.GetAsync(Tenant, Cancellation));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(20)]
    public async Task List_PagesWhileRowsChange_NoGapAndNoRepeat(int limit)
    {
        var alerts = new List<PerformanceAlert>();
        for (var i = 0; i < 9; i++)
        {
            alerts.Add(await AddAsync(Sample.Alert(Tenant) with { Id = Sample.RandomId() }));
        }

        await AddAsync(Sample.Alert(OtherTenant));
        alerts.Sort((left, right) => left.Id.CompareTo(right.Id));
        var seen = new List<Guid>();
        for (var (after, page) = ((Guid?)null, limit); page == limit; after = seen[^1])
        {
            var next = await Alerts.ListAsync(Tenant, after, limit, Cancellation);
            seen.AddRange(next.Select(alert => alert.Id));
            page = next.Count;
            if (seen.Count == limit)
            {
                Assert.True(await Alerts.DeleteAsync(Tenant, alerts[0].Id, Cancellation));
                Assert.True((await Alerts.UpdateAsync(Tenant, alerts[8] with { Name = "0" }, Cancellation)).Succeeded);
            }
        }

        Assert.Equal(alerts.Select(alert => alert.Id), seen);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Alerts.ListAsync(Tenant, null, 0, Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Alerts.ListAsync(Tenant, null, 1001, Cancellation));
    }

    [Fact]
    public async Task ReadActive_AlertsOfSeveralTenants_ReturnsEachActiveOneOnce()
    {
        var own = await AddAsync(Sample.Alert(Tenant));
        var other = await AddAsync(Sample.Alert(OtherTenant));
        await AddAsync(Sample.Alert(Tenant) with { IsActive = false });

        var read = new List<string>();
        await foreach (var alert in Alerts.ReadActiveAsync(Cancellation))
        {
            if (alert.Tenant == Tenant || alert.Tenant == OtherTenant)
            {
                read.Add(Describe.Alert(alert));
            }
        }

        Assert.Equal(new[] { Describe.Alert(own), Describe.Alert(other) }.Order(StringComparer.Ordinal), read.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Add_SameNameConcurrently_ExactlyOneWins()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, Racers).Select(_ => Task.Run(
            async () => await Alerts.AddAsync(Tenant, Sample.Alert(Tenant, "race"), Cancellation))));

        Assert.Single(results, result => result.Succeeded);
        Assert.Equal(Racers - 1, results.Count(result => result is { Outcome: StoreOutcome.Conflict, ConflictField: "name" }));
    }

    [Fact]
    public async Task AnyMethod_CancelledToken_IsCancelledAndWritesNothing()
    {
        var alert = await AddAsync(Sample.Alert(Tenant));

        await AssertCancelledAsync(async () => await Alerts.AddAsync(Tenant, Sample.Alert(Tenant), Cancelled));
        await AssertCancelledAsync(async () => await Alerts.UpdateAsync(Tenant, alert with { IsActive = false }, Cancelled));
        await AssertCancelledAsync(async () => await Alerts.DeleteAsync(Tenant, alert.Id, Cancelled));
        await AssertCancelledAsync(async () => await Alerts.FindAsync(Tenant, alert.Id, Cancelled));
        await AssertCancelledAsync(async () => await Alerts.ListAsync(Tenant, null, 1, Cancelled));
        await AssertCancelledAsync(async () => await Alerts.ReadActiveAsync(Cancelled).GetAsyncEnumerator(Cancelled).MoveNextAsync());
        await AssertCancelledAsync(async () => await Alerts.RecordEvaluationAsync(Tenant, alert.Id, alert.State, Sample.FiringState(), Cancelled));
        await AssertCancelledAsync(async () => await Alerts.RecordEvaluationAsync(
            Tenant, alert.Id, alert.State, alert.State with { TriggeredSince = alert.CreatedAt }, Cancelled));

        Assert.Equal(Describe.Alert(alert), Describe.Alert(Assert.Single(await Alerts.ListAsync(Tenant, null, 10, Cancellation))));
    }

    [Fact]
    public async Task HundredOperations_AtOnce_AllSucceed()
    {
        await Task.WhenAll(Enumerable.Range(0, 25).Select(i => Task.Run(async () =>
        {
            var alert = await AddAsync(Sample.Alert(Tenant));
            Assert.True((await Alerts.UpdateAsync(Tenant, alert with { Threshold = i }, Cancellation)).Succeeded);
            Assert.True((await Alerts.RecordEvaluationAsync(Tenant, alert.Id, alert.State, Sample.FiringState(), Cancellation)).Succeeded);
            Assert.Equal((i, true), (await Alerts.FindAsync(Tenant, alert.Id, Cancellation)) is { } found ? (found.Threshold, found.State.IsTriggered) : default);
        })));

        Assert.Equal(25, (await Alerts.ListAsync(Tenant, null, 100, Cancellation)).Count);
    }
}
