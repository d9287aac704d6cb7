using McpRegistry.Analytics;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Sessions;
using McpRegistry.Tenancy;
using McpRegistry.Users;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What <see cref="IRegistryAnalytics"/> promises of what every store knows.</summary>
public abstract class AnalyticsSuite(IStorageFixture storage) : StoreSuite(storage)
{
    /// <summary>Windows end when they are asked about, which must not be far from when the rows were written.</summary>
    private DateTimeOffset Now { get; } = TimeProvider.System.GetUtcNow();

    private IRegistryAnalytics Analytics => Get<IRegistryAnalytics>();

    [Fact]
    public async Task EveryAnswer_EmptyStore_IsZerosAndNulls()
    {
        await using var empty = await OpenEmptyAsync();
        var analytics = empty.Services.GetRequiredService<IRegistryAnalytics>();

        Assert.Equal(new ServerHealthSummary(), await analytics.GetServerHealthAsync(Tenant, Cancellation));
        Assert.Equal(new ServerHealthSummary(), await analytics.GetServerHealthAcrossTenantsAsync(Cancellation));
        Assert.Equal(new RequestPerformanceSummary(), await analytics.GetRequestPerformanceAsync(Tenant, 24, Cancellation));
        Assert.Equal(new RequestPerformanceSummary(), await analytics.GetRequestPerformanceAcrossTenantsAsync(24, Cancellation));
        Assert.Equal(new TenantUsageSummary(), await analytics.GetTenantUsageAsync(Tenant, 24, Cancellation));
        Assert.Equal(new TenantInventory(), await analytics.GetTenantInventoryAsync(Tenant, Cancellation));
    }

    [Fact]
    public async Task GetServerHealth_OfServers_CountsByHealthAndAveragesWhatWasUsed()
    {
        var healthy = await AddServerAsync(Tenant, ServerHealth.Healthy);
        var degraded = await AddServerAsync(Tenant, ServerHealth.Degraded);
        await AddServerAsync(Tenant, ServerHealth.Unhealthy);
        await AddServerAsync(Sample.Server(Tenant) with { Enabled = false });
        await AddServerAsync(OtherTenant, ServerHealth.Healthy);
        await Get<IUsageStore>().AddAsync([Usage(healthy, totalMs: 40), Usage(degraded, totalMs: 50.06)], Cancellation);

        Assert.Equal(
            new ServerHealthSummary
            {
                TotalServers = 4,
                HealthyServers = 1,
                DegradedServers = 1,
                UnhealthyServers = 1,
                UnknownServers = 1,
                AverageResponseTimeMs = 11.26m, // (10 + 12.515) / 2 = 11.2575
            },
            await Analytics.GetServerHealthAsync(Tenant, Cancellation));
        Assert.Equal(
            new ServerHealthSummary { TotalServers = 1, HealthyServers = 1 }, await Analytics.GetServerHealthAsync(OtherTenant, Cancellation));
    }

    [Fact]
    public async Task GetRequestPerformance_NullsAndTies_CountsRowsAndInterpolatesTimes()
    {
        await using var empty = await OpenEmptyAsync();
        await empty.Services.GetRequiredService<IRequestLogStore>().AppendAsync(
            [
                Request(10, 200), Request(10, 399), Request(10, 400), Request(30, 503), Request(), Request(null, 200),
                Request(7000, 500) with { Tenant = OtherTenant },
            ],
            Cancellation);
        var analytics = empty.Services.GetRequiredService<IRegistryAnalytics>();

        var own = await analytics.GetRequestPerformanceAsync(Tenant, 1, Cancellation);
        var all = await analytics.GetRequestPerformanceAcrossTenantsAsync(1, Cancellation);

        var expected = new RequestPerformanceSummary
        {
            TotalRequests = 6,
            SuccessfulRequests = 3,
            ErrorRequests = 2,
            AverageDurationMs = 15m,
            P95DurationMs = 27m, // place 0.95 * 3 = 2.85, between the third (10) and the fourth (30)
            P99DurationMs = 29.4m, // place 2.97
        };
        Assert.Equal(expected, own);
        Assert.Equal(
            expected with
            {
                TotalRequests = 7,
                ErrorRequests = 3,
                AverageDurationMs = 1412m, // 7060 / 5
                P95DurationMs = 5606m, // place 3.8, between 30 and 7000
                P99DurationMs = 6721.2m, // place 3.96
            },
            all);
    }

    [Fact]
    public async Task GetRequestPerformance_OneRow_IsEveryPercentile()
    {
        await AppendAsync(Request(12.345, 200));

        var summary = await Analytics.GetRequestPerformanceAsync(Tenant, 1, Cancellation);

        Assert.Equal((12.35m, 12.35m, 12.35m), (summary.AverageDurationMs, summary.P95DurationMs, summary.P99DurationMs));
    }

    [Fact]
    public async Task Windows_RowsBeforeAndAfter_AreLeftOut()
    {
        await AppendAsync(
            Request(1, 200) with { RequestTime = Now.AddMinutes(-125) },
            Request(2, 500) with { RequestTime = Now.AddMinutes(-115) },
            Request(4, 200) with { RequestTime = Now.AddHours(1) });

        Assert.Equal(new RequestPerformanceSummary(), await Analytics.GetRequestPerformanceAsync(Tenant, 1, Cancellation));
        Assert.Equal(new TenantUsageSummary(), await Analytics.GetTenantUsageAsync(Tenant, 1, Cancellation));
        Assert.Equal(2m, (await Analytics.GetRequestPerformanceAsync(Tenant, 2, Cancellation)).AverageDurationMs);
        var usage = await Analytics.GetTenantUsageAsync(Tenant, 2, Cancellation);
        Assert.Equal((1, 2m, 100m), (usage.TotalRequests, usage.AverageDurationMs, usage.ErrorRate));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(87_601)]
    public async Task Windows_HoursOutOfRange_AreRefused(int hours)
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Analytics.GetRequestPerformanceAsync(Tenant, hours, Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Analytics.GetRequestPerformanceAcrossTenantsAsync(hours, Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Analytics.GetTenantUsageAsync(Tenant, hours, Cancellation));
    }

    [Fact]
    public async Task GetTenantUsage_OfRequests_CountsDifferentUsersAndServersAndAllBytes()
    {
        var (first, second) = (await AddServerAsync(Tenant, ServerHealth.Healthy), await AddServerAsync(Tenant, ServerHealth.Healthy));
        var (ann, bob) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await AppendAsync(
            Request(10, 200) with { UserId = ann, TargetServerId = first, RequestSizeBytes = 100, ResponseSizeBytes = 1000 },
            Request(20, 404) with { UserId = ann, TargetServerId = second, ResponseSizeBytes = 50 },
            Request(40, 200) with { UserId = bob, TargetServerId = second, RequestSizeBytes = 5 },
            Request(),
            Request(99, 500) with { Tenant = OtherTenant, UserId = Guid.CreateVersion7(), RequestSizeBytes = 1_000_000 });

        Assert.Equal(
            new TenantUsageSummary
            {
                TotalRequests = 4,
                UniqueUsers = 2,
                UniqueServers = 2,
                AverageDurationMs = 23.33m,
                ErrorRate = 25m,
                TotalDataTransferred = 1155,
            },
            await Analytics.GetTenantUsageAsync(Tenant, 24, Cancellation));
    }

    [Fact]
    public async Task GetTenantInventory_OfEverything_CountsTheTenantsOwnAndWhatIsActive()
    {
        await AddServerAsync(
            Tenant,
            ServerHealth.Healthy,
            Sample.Tool("a", 0), Sample.Tool("b", 1), Sample.Tool("c", 2),
            Sample.Item(CatalogueItemKind.Resource, "test://a", 3),
            Sample.Item(CatalogueItemKind.ResourceTemplate, "test://{b}", 4),
            Sample.Item(CatalogueItemKind.Prompt, "a", 5));
        await AddServerAsync(OtherTenant, ServerHealth.Healthy);
        await AddUserAsync(isActive: true);
        await AddUserAsync(isActive: false);
        await AddKeyAsync(Sample.Key(Tenant));
        await AddKeyAsync(Sample.Key(Tenant) with { ExpiresAt = Now.AddHours(1) });
        await AddKeyAsync(Sample.Key(Tenant) with { ExpiresAt = Now.AddHours(-1) });
        await AddKeyAsync(Sample.Key(Tenant) with { RevokedAt = Now });
        await AddKeyAsync(Sample.Key(Tenant) with { Enabled = false });
        await AddSessionAsync(Now.AddHours(1), isRevoked: false);
        await AddSessionAsync(Now.AddHours(1), isRevoked: true);
        await AddSessionAsync(Now.AddHours(-1), isRevoked: false);
        await AppendAsync(Request() with { RequestTime = Now.AddDays(-100) }, Request() with { Tenant = OtherTenant });

        Assert.Equal(
            new TenantInventory
            {
                Servers = 1, Tools = 3, Resources = 2, Prompts = 1, Users = 2, ActiveApiKeys = 2, ActiveSessions = 1, LoggedRequests = 1,
            },
            await Analytics.GetTenantInventoryAsync(Tenant, Cancellation));
        Assert.Equal(
            new TenantInventory { Servers = 1, LoggedRequests = 1 }, await Analytics.GetTenantInventoryAsync(OtherTenant, Cancellation));
    }

    [Fact]
    public async Task AnyMethod_CancelledToken_IsCancelled()
    {
        await AssertCancelledAsync(async () => await Analytics.GetServerHealthAsync(Tenant, Cancelled));
        await AssertCancelledAsync(async () => await Analytics.GetServerHealthAcrossTenantsAsync(Cancelled));
        await AssertCancelledAsync(async () => await Analytics.GetRequestPerformanceAsync(Tenant, 1, Cancelled));
        await AssertCancelledAsync(async () => await Analytics.GetRequestPerformanceAcrossTenantsAsync(1, Cancelled));
        await AssertCancelledAsync(async () => await Analytics.GetTenantUsageAsync(Tenant, 1, Cancelled));
        await AssertCancelledAsync(async () => await Analytics.GetTenantInventoryAsync(Tenant, Cancelled));
        await AssertCancelledAsync(async () => await Analytics.GetTableSizesAsync(Cancelled));
        await AssertCancelledAsync(async () => await Analytics.GetDatabaseSizeAsync(Cancelled));
        await AssertCancelledAsync(async () => await Analytics.GetIndexUsageAsync(Cancelled));
        await AssertCancelledAsync(async () => await Analytics.GetMonitoringAsync(Cancelled));

        static Task AssertCancelledAsync(Func<Task> call) => Assert.ThrowsAnyAsync<OperationCanceledException>(call);
    }

    private UsageDelta Usage(Guid server, double totalMs) =>
        new() { Subject = UsageSubject.Server, Tenant = Tenant, Id = server, Calls = 4, TotalMs = totalMs, LastUsed = Sample.Time(3) };

    private RequestLogEntry Request(double? duration = null, int? status = null) =>
        Sample.Request(Tenant) with { RequestTime = Now.AddMinutes(-1), DurationMs = duration, StatusCode = status };

    private Task AppendAsync(params RequestLogEntry[] rows) => Get<IRequestLogStore>().AppendAsync(rows, Cancellation).AsTask();

    private async Task<Guid> AddServerAsync(TenantId tenant, ServerHealth health, params CatalogueItem[] items)
    {
        var server = await AddServerAsync(Sample.Server(tenant));
        var saved = await Servers.SaveDiscoveryAsync(tenant, server.Id, Sample.Report(items) with { Health = health }, Cancellation);
        Assert.True(saved.Succeeded);
        return server.Id;
    }

    private async Task AddUserAsync(bool isActive) =>
        Assert.True((await Get<IUserStore>().AddAsync(Tenant, Sample.User(Tenant) with { IsActive = isActive }, null, Cancellation)).Succeeded);

    private async Task AddSessionAsync(DateTimeOffset expiresAt, bool isRevoked)
    {
        var sessions = Get<IGatewaySessionStore>();
        var added = await sessions.AddAsync(Tenant, Sample.Session(Tenant) with { ExpiresAt = expiresAt }, Cancellation);
        Assert.True(added.Succeeded);
        Assert.True(!isRevoked || await sessions.RevokeAsync(Tenant, added.Value.Id, Now, null, Cancellation));
    }
}
