using McpRegistry.Alerts;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What <see cref="IPerformanceAlertStore"/> promises.</summary>
public abstract partial class PerformanceAlertStoreSuite(IStorageFixture storage) : PolicyStoreSuite(storage)
{
    private IPerformanceAlertStore Alerts => Get<IPerformanceAlertStore>();

    [Fact]
    public async Task Add_FullOrMinimalAlert_ReadsBackAsReturned()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        foreach (var alert in new[] { Sample.FullAlert(Tenant, server.Id), Sample.Alert(Tenant) })
        {
            var added = await AddAsync(alert with { Version = 8, State = Sample.FiringState() });

            Assert.Equal(
                Describe.Alert(alert with { CreatedAt = added.CreatedAt, UpdatedAt = added.UpdatedAt, Version = 1 }),
                Describe.Alert(added));
            Assert.Equal(alert.CreatedAt, added.CreatedAt, TimeSpan.FromMicroseconds(1));
            Assert.Equal(Describe.Alert(added), Describe.Alert(await Alerts.FindAsync(Tenant, alert.Id, Cancellation)));
        }
    }

    [Theory]
    [InlineData(AlertComparison.GreaterThan)]
    [InlineData(AlertComparison.LessThan)]
    [InlineData(AlertComparison.GreaterThanOrEqual)]
    [InlineData(AlertComparison.LessThanOrEqual)]
    [InlineData(AlertComparison.Equal)]
    public async Task Add_Comparison_ComesBack(AlertComparison comparison)
    {
        var alert = await AddAsync(Sample.Alert(Tenant) with { Comparison = comparison, NotificationChannels = default });

        Assert.Equal(comparison, (await Alerts.FindAsync(Tenant, alert.Id, Cancellation))!.Comparison);
    }

    [Fact]
    public async Task Add_TakenOrMissingValues_ConflictOnTheirField()
    {
        var foreign = await AddServerAsync(Sample.Server(OtherTenant));
        var global = await AddServerAsync(Sample.Server(TenantId.Global));
        var alert = await AddAsync(Sample.Alert(Tenant, "Slow"));

        await AssertConflictAsync("name", Sample.Alert(Tenant, "sLOW"));
        await AssertConflictAsync("id", Sample.Alert(OtherTenant) with { Id = alert.Id });
        await AssertConflictAsync("serverId", Sample.Alert(Tenant) with { ServerId = alert.Id });
        await AssertConflictAsync("serverId", Sample.Alert(Tenant) with { ServerId = foreign.Id });
        await AddAsync(Sample.Alert(Tenant) with { ServerId = global.Id });
        await AddAsync(Sample.Alert(OtherTenant, "Slow"));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public async Task Write_ThresholdNotFinite_Throws(double threshold)
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await Alerts.AddAsync(Tenant, Sample.Alert(Tenant) with { Threshold = threshold }, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Alerts.UpdateAsync(Tenant, Sample.Alert(Tenant) with { Threshold = threshold }, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Alerts.AddAsync(OtherTenant, Sample.Alert(Tenant), Cancellation));
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public async Task Add_HostileText_ComesBackUnchanged(string text)
    {
        var alert = await AddAsync(Sample.Alert(Tenant, text) with { Description = text, MetricName = text, NotificationChannels = [text, "a"] });

        var found = await Alerts.FindAsync(Tenant, alert.Id, Cancellation);
        Assert.Equal([text, text, text, text, "a"], [found!.Name, found.Description!, found.MetricName, .. found.NotificationChannels]);
    }

    [Fact]
    public async Task Update_Alert_ReplacesTheDefinitionAndKeepsTheState()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var alert = await AddAsync(Sample.Alert(Tenant));
        var state = (await Alerts.RecordEvaluationAsync(Tenant, alert.Id, AlertState.Initial, Sample.FiringState(), Cancellation)).Value;
        var wanted = Sample.FullAlert(Tenant, server.Id) with { Id = alert.Id, CreatedAt = alert.CreatedAt.AddYears(-1), Version = 1 };

        var result = await Alerts.UpdateAsync(Tenant, wanted, Cancellation);

        Assert.True(result.Succeeded);
        Assert.Equal(
            Describe.Alert(wanted with { CreatedAt = alert.CreatedAt, UpdatedAt = result.Value.UpdatedAt, State = state!, Version = 2 }),
            Describe.Alert(result.Value));
        Assert.Equal(Describe.Alert(result.Value), Describe.Alert(await Alerts.FindAsync(Tenant, alert.Id, Cancellation)));
    }

    [Fact]
    public async Task Update_UnknownForeignStaleOrTaken_ChangesNothing()
    {
        var alert = await AddAsync(Sample.Alert(Tenant));
        var other = await AddAsync(Sample.Alert(Tenant));
        var off = alert with { IsActive = false };

        Assert.Equal(StoreOutcome.NotFound, (await Alerts.UpdateAsync(Tenant, off with { Id = Guid.CreateVersion7() }, Cancellation)).Outcome);
        Assert.Equal(StoreOutcome.NotFound, (await Alerts.UpdateAsync(OtherTenant, off with { ServerId = alert.Id }, Cancellation)).Outcome);
        Assert.Equal(StoreOutcome.Stale, (await Alerts.UpdateAsync(Tenant, off with { Version = 2 }, Cancellation)).Outcome);
        Assert.Equal(StoreOutcome.Stale, (await Alerts.UpdateAsync(Tenant, off with { Version = 2, ServerId = alert.Id }, Cancellation)).Outcome);
        var name = await Alerts.UpdateAsync(Tenant, off with { Name = other.Name.ToUpperInvariant() }, Cancellation);
        var server = await Alerts.UpdateAsync(Tenant, off with { ServerId = alert.Id }, Cancellation);

        Assert.Equal([(StoreOutcome.Conflict, "name"), (StoreOutcome.Conflict, "serverId")], [(name.Outcome, name.ConflictField), (server.Outcome, server.ConflictField)]);
        Assert.Equal(Describe.Alert(alert), Describe.Alert(await Alerts.FindAsync(Tenant, alert.Id, Cancellation)));
    }

    [Fact]
    public async Task Delete_Alert_OnlyByItsTenant()
    {
        var alert = await AddAsync(Sample.Alert(Tenant));

        Assert.False(await Alerts.DeleteAsync(OtherTenant, alert.Id, Cancellation));
        Assert.Null(await Alerts.FindAsync(OtherTenant, alert.Id, Cancellation));
        Assert.True(await Alerts.DeleteAsync(Tenant, alert.Id, Cancellation));
        Assert.False(await Alerts.DeleteAsync(Tenant, alert.Id, Cancellation));
        Assert.Null(await Alerts.FindAsync(Tenant, alert.Id, Cancellation));
    }

    [Fact]
    public async Task DeleteServer_Alerts_GoWithIt()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var alert = await AddAsync(Sample.FullAlert(Tenant, server.Id));
        var other = await AddAsync(Sample.Alert(Tenant));

        Assert.True((await Servers.DeleteAsync(Tenant, server.Id, null, null, Cancellation)).Succeeded);

        Assert.Equal([other.Id], (await Alerts.ListAsync(Tenant, null, 10, Cancellation)).Select(left => left.Id));
        await AddAsync(alert with { ServerId = null });
    }

    private async Task<PerformanceAlert> AddAsync(PerformanceAlert alert)
    {
        var result = await Alerts.AddAsync(alert.Tenant, alert, Cancellation);
        Assert.True(result.Succeeded, $"{result.Outcome} {result.ConflictField}");
        return result.Value;
    }

    private async Task AssertConflictAsync(string field, PerformanceAlert alert)
    {
        var result = await Alerts.AddAsync(alert.Tenant, alert, Cancellation);
        Assert.Equal((StoreOutcome.Conflict, field), (result.Outcome, result.ConflictField));
    }
}
