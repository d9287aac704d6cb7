using McpRegistry.Analytics;
using McpRegistry.EntityFrameworkCore.ApiKeys;
using McpRegistry.EntityFrameworkCore.Discovery;
using McpRegistry.EntityFrameworkCore.Analytics;
using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Sessions;
using McpRegistry.EntityFrameworkCore.Users;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Analytics;

public abstract partial class AnalyticsTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Microsecond = TimeSpan.FromMicroseconds(1);

    [Fact]
    public async Task EveryAnswer_EmptyDatabase_IsZerosAndNulls()
    {
        var tenant = new TenantId(Tenant);

        Assert.Equal(new ServerHealthSummary(), await Analytics.GetServerHealthAsync(tenant, Cancellation));
        Assert.Equal(new ServerHealthSummary(), await Analytics.GetServerHealthAcrossTenantsAsync(Cancellation));
        Assert.Equal(new RequestPerformanceSummary(), await Analytics.GetRequestPerformanceAsync(tenant, 24, Cancellation));
        Assert.Equal(new RequestPerformanceSummary(), await Analytics.GetRequestPerformanceAcrossTenantsAsync(24, Cancellation));
        Assert.Equal(new TenantUsageSummary(), await Analytics.GetTenantUsageAsync(tenant, 24, Cancellation));
        Assert.Equal(new TenantInventory(), await Analytics.GetTenantInventoryAsync(tenant, Cancellation));
    }

    [Fact]
    public async Task GetServerHealth_EveryHealth_CountsAndAveragesWhatWasMeasured()
    {
        await SaveAsync(
            Server(Tenant, ServerHealth.Healthy, 10.004),
            Server(Tenant, ServerHealth.Healthy, 20.005),
            Server(Tenant, ServerHealth.Degraded),
            Server(Tenant, ServerHealth.Unhealthy, 6),
            Server(Tenant, ServerHealth.Unknown),
            Server(Tenant, ServerHealth.Maintenance),
            Server(OtherTenant, ServerHealth.Healthy, 1000));

        var own = await Analytics.GetServerHealthAsync(new TenantId(Tenant), Cancellation);
        var all = await Analytics.GetServerHealthAcrossTenantsAsync(Cancellation);

        var expected = new ServerHealthSummary
        {
            TotalServers = 6,
            HealthyServers = 2,
            DegradedServers = 1,
            UnhealthyServers = 1,
            UnknownServers = 1,
            MaintenanceServers = 1,
            AverageResponseTimeMs = 12.00m, // 36.009 / 3
        };
        Assert.Equal(expected, own);
        Assert.Equal(expected with { TotalServers = 7, HealthyServers = 3, AverageResponseTimeMs = 259.00m }, all); // 1036.009 / 4
    }

    [Fact]
    public async Task GetRequestPerformance_OnTheEdges_LeavesOutTheFirstMomentAndTakesTheLast()
    {
        await SaveAsync(
            Request(1, 200, 24 * Hour),
            Request(2, 200, (24 * Hour) - Microsecond),
            Request(3, 200),
            Request(4, 200, -Microsecond));

        var summary = await Analytics.GetRequestPerformanceAsync(new TenantId(Tenant), 24, Cancellation);

        Assert.Equal((2L, 2.5m), (summary.TotalRequests, summary.AverageDurationMs));
    }

    [Fact]
    public async Task GetRequestPerformance_NullsAndTies_CountsRowsAndInterpolatesTimes()
    {
        await SaveAsync(
            Request(10, 200),
            Request(10, 399),
            Request(10, 400),
            Request(30, 503),
            Request(),
            Request(null, 200),
            Request(7000, 500, tenant: OtherTenant),
            Request(8000, 200, 2 * Hour));

        var own = await Analytics.GetRequestPerformanceAsync(new TenantId(Tenant), 1, Cancellation);
        var all = await Analytics.GetRequestPerformanceAcrossTenantsAsync(1, Cancellation);

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
        await SaveAsync(Request(12.345, 200));

        var summary = await Analytics.GetRequestPerformanceAsync(new TenantId(Tenant), 1, Cancellation);

        Assert.Equal((12.35m, 12.35m, 12.35m), (summary.AverageDurationMs, summary.P95DurationMs, summary.P99DurationMs));
    }

    [Fact]
    public async Task GetRequestPerformance_NoRowHasATime_KeepsTimesNull()
    {
        await SaveAsync(Request(null, 200));

        var summary = await Analytics.GetRequestPerformanceAsync(new TenantId(Tenant), 1, Cancellation);

        Assert.Equal(new RequestPerformanceSummary { TotalRequests = 1, SuccessfulRequests = 1 }, summary);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(87_601)]
    public async Task Windows_HoursOutOfRange_AreRefused(int hours)
    {
        var tenant = new TenantId(Tenant);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Analytics.GetRequestPerformanceAsync(tenant, hours, Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Analytics.GetRequestPerformanceAcrossTenantsAsync(hours, Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Analytics.GetTenantUsageAsync(tenant, hours, Cancellation));
    }

    [Fact]
    public async Task GetTenantUsage_OfRequests_CountsDifferentUsersAndServersAndAllBytes()
    {
        ServerEntity[] servers = [Server(Tenant, ServerHealth.Healthy), Server(Tenant, ServerHealth.Healthy)];
        var (ann, bob) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await SaveAsync(servers);
        await SaveAsync(
            With(Request(10, 200), ann, servers[0].Id, 100, 1000),
            With(Request(20, 404), ann, servers[1].Id, null, 50),
            With(Request(40, 200), bob, servers[1].Id, 5, null),
            Request(),
            With(Request(99, 500, 24 * Hour), Guid.CreateVersion7(), null, 1_000_000, 1),
            With(Request(99, 500, tenant: OtherTenant), Guid.CreateVersion7(), null, 1_000_000, 1));

        var usage = await Analytics.GetTenantUsageAsync(new TenantId(Tenant), 24, Cancellation);

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
            usage);
    }

    [Fact]
    public async Task GetTenantInventory_OfEverything_CountsTheTenantsOwnAndWhatIsActive()
    {
        var server = Server(Tenant, ServerHealth.Healthy);
        await SaveAsync(server, Server(OtherTenant, ServerHealth.Healthy));
        await SaveAsync(
            Item<ToolEntity>(server, "a"), Item<ToolEntity>(server, "b"), Item<ToolEntity>(server, "c"),
            Item<ResourceEntity>(server, "a"), Item<ResourceTemplateEntity>(server, "b"), Item<PromptEntity>(server, "a"),
            User("ann"), User("bob"),
            Key(null), Key(Now + Microsecond), Key(Now), Key(null, revoked: true),
            Session(Now + Microsecond), Session(Now), Session(Now + Hour, revoked: true),
            Request(age: 1000 * Hour), Request(tenant: OtherTenant));

        Assert.Equal(
            new TenantInventory
            {
                Servers = 1,
                Tools = 3,
                Resources = 2,
                Prompts = 1,
                Users = 2,
                ActiveApiKeys = 2,
                ActiveSessions = 1,
                LoggedRequests = 1,
            },
            await Analytics.GetTenantInventoryAsync(new TenantId(Tenant), Cancellation));
        Assert.Equal(
            new TenantInventory { Servers = 1, LoggedRequests = 1 },
            await Analytics.GetTenantInventoryAsync(new TenantId(OtherTenant), Cancellation));
    }

    private static RequestLogEntity With(RequestLogEntity row, Guid? user, Guid? server, long? request, long? response)
    {
        (row.UserId, row.TargetServerId, row.RequestSizeBytes, row.ResponseSizeBytes) = (user, server, request, response);
        return row;
    }

    private static T Item<T>(ServerEntity server, string key)
        where T : CatalogueEntity
    {
        var item = Activator.CreateInstance<T>();
        (item.Id, item.TenantId, item.ServerId, item.Key) = (Guid.CreateVersion7(), server.TenantId, server.Id, key);
        (item.KeyHash, item.Json) = (System.Text.Encoding.UTF8.GetBytes(key), "{}"u8.ToArray());
        return item;
    }

    private UserEntity User(string name) => new()
    {
        Id = Guid.CreateVersion7(),
        TenantId = Tenant,
        Username = name,
        UsernameKey = name,
        Email = name,
        EmailKey = name,
        Metadata = "{}",
    };

    private ApiKeyEntity Key(DateTimeOffset? expires, bool revoked = false)
    {
        var id = Guid.CreateVersion7();
        return new ApiKeyEntity
        {
            Id = id,
            TenantId = Tenant,
            Name = id.ToString(),
            LookupId = id.ToString(),
            Salt = [1],
            KeyHash = id.ToByteArray(),
            LastFour = "abcd",
            ExpiresAt = expires,
            IsActive = !revoked,
            RevokedAt = revoked ? Now : null,
        };
    }

    private GatewaySessionEntity Session(DateTimeOffset expires, bool revoked = false)
    {
        var id = Guid.CreateVersion7();
        return new GatewaySessionEntity
        {
            Id = id,
            TenantId = Tenant,
            SessionHash = id.ToByteArray(),
            Principal = "ann",
            ExpiresAt = expires,
            IsActive = true,
            RevokedAt = revoked ? Now : null,
        };
    }
}
