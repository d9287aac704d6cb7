using McpRegistry.Health;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What <see cref="IHealthCheckStore"/> promises.</summary>
public abstract class HealthCheckStoreSuite(IStorageFixture storage) : StoreSuite(storage)
{
    private IHealthCheckStore Checks => Get<IHealthCheckStore>();

    [Fact]
    public async Task Append_FullAndMinimalCheck_ComeBack()
    {
        var server = (await AddServerAsync(Sample.Server(Tenant))).Id;
        var full = Sample.FullHealthCheck(Tenant, server) with { CheckedAt = Sample.Time(1).AddTicks(10) };
        var minimal = Sample.HealthCheck(Tenant, server);

        await Checks.AppendAsync([minimal, full], Cancellation);

        Assert.Equal([Describe.HealthCheck(full), Describe.HealthCheck(minimal)], (await ListAsync(server)).Select(Describe.HealthCheck));
    }

    [Theory]
    [InlineData(HealthCheckOutcome.Healthy)]
    [InlineData(HealthCheckOutcome.Degraded)]
    [InlineData(HealthCheckOutcome.Unhealthy)]
    [InlineData(HealthCheckOutcome.Timeout)]
    public async Task Append_Outcome_ComesBack(HealthCheckOutcome outcome)
    {
        var server = (await AddServerAsync(Sample.Server(Tenant))).Id;

        await Checks.AppendAsync([Sample.HealthCheck(Tenant, server) with { Outcome = outcome }], Cancellation);

        Assert.Equal(outcome, Assert.Single(await ListAsync(server)).Outcome);
    }

    [Fact]
    public async Task Append_GoneOrForeignServer_SkipsOnlyThatCheck()
    {
        var server = (await AddServerAsync(Sample.Server(Tenant))).Id;
        var foreign = (await AddServerAsync(Sample.Server(OtherTenant))).Id;
        var kept = Sample.HealthCheck(Tenant, server);

        await Checks.AppendAsync([Sample.HealthCheck(Tenant, Guid.CreateVersion7()), Sample.HealthCheck(Tenant, foreign), kept], Cancellation);

        Assert.Equal(kept.Id, Assert.Single(await ListAsync(server)).Id);
        Assert.Empty(await Checks.ListAsync(OtherTenant, foreign, 10, Cancellation));
    }

    [Fact]
    public async Task Append_SameBatchAgain_AddsOnlyWhatIsNew()
    {
        var server = (await AddServerAsync(Sample.Server(Tenant))).Id;
        var first = Sample.HealthCheck(Tenant, server, 1);
        var second = Sample.HealthCheck(Tenant, server, 2);
        await Checks.AppendAsync([first], Cancellation);

        await Checks.AppendAsync([first, second, second], Cancellation);
        await Checks.AppendAsync([], Cancellation);

        Assert.Equal([second.Id, first.Id], (await ListAsync(server)).Select(row => row.Id));
    }

    [Fact]
    public async Task DeleteServer_ItsChecks_GoWithIt()
    {
        var server = (await AddServerAsync(Sample.Server(Tenant))).Id;
        await Checks.AppendAsync([Sample.HealthCheck(Tenant, server)], Cancellation);

        Assert.True((await Servers.DeleteAsync(Tenant, server, null, null, Cancellation)).Succeeded);

        Assert.Empty(await ListAsync(server));
    }

    [Fact]
    public async Task List_Limit_GivesTheLastOfTheTenantsServer()
    {
        var server = (await AddServerAsync(Sample.Server(Tenant))).Id;
        var other = (await AddServerAsync(Sample.Server(Tenant))).Id;
        var rows = Enumerable.Range(0, 10).Select(i => Sample.HealthCheck(Tenant, server, i / 5)).ToArray();
        await Checks.AppendAsync([.. rows, Sample.HealthCheck(Tenant, other, 100)], Cancellation);

        Assert.Equal(
            rows.OrderByDescending(row => row.CheckedAt).ThenByDescending(row => row.Id).Take(3).Select(row => row.Id),
            (await Checks.ListAsync(Tenant, server, 3, Cancellation)).Select(row => row.Id));
        Assert.Empty(await Checks.ListAsync(OtherTenant, server, 3, Cancellation));
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public async Task Append_HostileText_ComesBackUnchanged(string text)
    {
        var server = (await AddServerAsync(Sample.Server(Tenant))).Id;

        await Checks.AppendAsync([Sample.HealthCheck(Tenant, server) with { ErrorMessage = text, Instance = text }], Cancellation);

        var found = Assert.Single(await ListAsync(server));
        Assert.Equal((text, text), (found.ErrorMessage, found.Instance));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task List_LimitOutOfRange_Throws(int limit) => await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
        async () => await Checks.ListAsync(Tenant, Guid.Empty, limit, Cancellation));

    [Fact]
    public async Task AnyMethod_CancelledToken_IsCancelledAndWritesNothing()
    {
        var server = (await AddServerAsync(Sample.Server(Tenant))).Id;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Checks.AppendAsync([Sample.HealthCheck(Tenant, server)], Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Checks.ListAsync(Tenant, server, 10, Cancelled));

        Assert.Empty(await ListAsync(server));
    }

    [Fact]
    public async Task HundredBatches_AtOnce_AllArriveAndRaiseNoRevision()
    {
        var server = (await AddServerAsync(Sample.Server(Tenant))).Id;
        var before = await Revisions.GetAsync(Tenant, Cancellation);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(async () =>
            await Checks.AppendAsync([Sample.HealthCheck(Tenant, server, i)], Cancellation))));

        Assert.Equal(100, (await ListAsync(server)).Count);
        Assert.Equal(before, await Revisions.GetAsync(Tenant, Cancellation));
    }

    private ValueTask<IReadOnlyList<HealthCheckRecord>> ListAsync(Guid server) => Checks.ListAsync(Tenant, server, 1000, Cancellation);
}
