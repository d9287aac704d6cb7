using System.Text.Json;
using McpRegistry.AccessControl;
using McpRegistry.Alerts;
using McpRegistry.Analytics;
using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.Configuration;
using McpRegistry.Health;
using McpRegistry.Limits;
using McpRegistry.Resilience;
using McpRegistry.Routing;
using McpRegistry.Servers;
using McpRegistry.Sessions;
using McpRegistry.Tenancy;
using McpRegistry.Users;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <content>What the one tenant has.</content>
public abstract partial class TenantIsolationSuite
{
    private const string Sink = "isolation";
    private static readonly Guid Holder = Guid.CreateVersion7();
    private static readonly DateTimeOffset Now = Whole(TimeProvider.System.GetUtcNow());

    private static DateTimeOffset Whole(DateTimeOffset time) => new(time.Year, time.Month, time.Day, time.Hour, 0, 0, TimeSpan.Zero);

    /// <summary>Rows that were never written, for the names of the table alone.</summary>
    private Rows Bystander()
    {
        var server = Sample.Server(Tenant);
        return new Rows(
            Sample.Tenant(), server, Sample.Key(Tenant), Sample.User(Tenant), Sample.AccessRule(Tenant, server.Id), Sample.RoutingRule(Tenant), Sample.Alert(Tenant),
            Sample.Session(Tenant), Sample.Config(Tenant), new QuotaWindow(server.Id, QuotaPeriod.Hour, Now));
    }

    private async Task<Rows> ArrangeAsync()
    {
        var tenants = Get<ITenantStore>();
        var home = Wrote(await tenants.AddAsync(Sample.Tenant() with { Id = Tenant }, null, Cancellation));
        Wrote(await tenants.AddAsync(Sample.Tenant() with { Id = OtherTenant }, null, Cancellation));
        var server = await AddServerAsync(Sample.Server(Tenant));
        Wrote(await Servers.SaveDiscoveryAsync(Tenant, server.Id, Sample.Report(Sample.Tool("echo", 0)), Cancellation));
        var user = Wrote(await Get<IUserStore>().AddAsync(Tenant, Sample.User(Tenant) with { AuthProvider = "azure", AuthProviderId = Sample.Token() }, null, Cancellation));
        var key = await AddKeyAsync(Sample.Key(Tenant));
        var rule = Wrote(await Get<IAccessRuleStore>().AddAsync(Tenant, Sample.AccessRule(Tenant, server.Id), null, Cancellation));
        var route = Wrote(await Get<IRoutingRuleStore>().AddAsync(Tenant, Sample.RoutingRule(Tenant), null, Cancellation));
        var alert = Wrote(await Get<IPerformanceAlertStore>().AddAsync(Tenant, Sample.Alert(Tenant) with { ServerId = server.Id }, Cancellation));
        var session = Wrote(await Get<IGatewaySessionStore>().AddAsync(Tenant, Sample.Session(Tenant) with { UserId = user.Id, ExpiresAt = Now.AddDays(1) }, Cancellation));
        var config = (await Get<ISystemConfigStore>().AddAsync(Tenant, Sample.Config(Tenant), null, Cancellation)).Entry!;
        Wrote(await Get<ICircuitBreakerStore>().SaveAsync(Tenant, Sample.Breaker(server, CircuitState.Open), Cancellation));
        await Get<IConnectionPoolStore>().SaveAsync(Tenant, [Sample.Pool(server)], Cancellation);
        await Get<IRequestQueueStore>().SaveAsync(Tenant, [Sample.Queue(server)], Cancellation);
        await Get<IAuditStore>().AppendAsync([Sample.FullAuditEvent(Tenant)], Cancellation);
        Assert.NotNull(await Get<IAuditSinkStore>().TryHoldAsync(Tenant, Sink, Holder, Now, Now.AddDays(1), Cancellation));
        await Get<IRequestLogStore>().AppendAsync([Sample.FullRequest(Tenant, server.Id) with { RequestTime = TimeProvider.System.GetUtcNow() }], Cancellation);
        await Get<IServerMetricStore>().AppendAsync([Sample.FullMetric(Tenant, server.Id)], Cancellation);
        await Get<IHealthCheckStore>().AppendAsync([Sample.FullHealthCheck(Tenant, server.Id)], Cancellation);
        var window = new QuotaWindow(key.Id, QuotaPeriod.Hour, Now);
        await Get<IQuotaStore>().LeaseAsync(Tenant, window, new QuotaDemand { Limit = 1000, Least = 5, Most = 5 }, Cancellation);
        return new Rows(home, server, key, user, rule, route, alert, session, config, window);
    }

    /// <summary>All that there is of the one tenant, as text.</summary>
    private async Task<string> DescribeAsync(Rows rows)
    {
        var server = rows.Server.Id;
        return string.Join('\n', (string[])
        [
            Text(await Get<ITenantStore>().FindAsync(Tenant, Cancellation)),
            .. (await Servers.ListAsync(Tenant, null, 10, Cancellation)).Select(static row => Describe.Server(row.Server) + Describe.Report(row.Discovery)),
            .. (await Keys.ListAsync(Tenant, null, 10, Cancellation)).Select(Describe.Stored),
            Text(await Get<IUserStore>().ListAsync(Tenant, new UserQuery(), Cancellation)),
            Text(await Get<IAccessRuleStore>().ListByServerAsync(Tenant, server, null, 10, Cancellation)),
            Text(await Get<IRoutingRuleStore>().ListAsync(Tenant, null, 10, Cancellation)),
            Text(await Get<IPerformanceAlertStore>().ListAsync(Tenant, null, 10, Cancellation)),
            Text(await Get<IGatewaySessionStore>().FindByHashAsync(Tenant, rows.Session.Hash, Cancellation)),
            Text(await Get<ISystemConfigStore>().ListAsync(Tenant, null, null, 10, Cancellation)),
            Text(await Get<ICircuitBreakerStore>().FindAsync(Tenant, rows.Server.Endpoints[0].Id, Cancellation)),
            Text(await Get<IConnectionPoolStore>().ListAsync(Tenant, server, Cancellation)),
            Text(await Get<IRequestQueueStore>().ListAsync(Tenant, server, Cancellation)),
            .. (await Get<IAuditStore>().SearchAsync(Tenant, new AuditQuery(), Cancellation)).Select(Describe.AuditEvent),
            Text(await Get<IAuditStore>().FindHeadAsync(Tenant, Cancellation)),
            Text(await Get<IAuditSinkStore>().TryHoldAsync(Tenant, Sink, Holder, Now, Now.AddDays(1), Cancellation)),
            Text(await Get<IRequestLogStore>().ListAsync(Tenant, null, 10, Cancellation)),
            .. (await Get<IServerMetricStore>().ListAsync(Tenant, server, DateTimeOffset.MinValue, null, 10, Cancellation)).Select(Describe.Metric),
            Text(await Get<IHealthCheckStore>().ListAsync(Tenant, server, 10, Cancellation)),
            Text(await Get<IUsageStore>().ListServerAsync(Tenant, server, Cancellation)),
            Text(await Get<IUsageStore>().FindKeyAsync(Tenant, rows.Key.Id, Cancellation)),
            Text(await Get<IQuotaStore>().FindAsync(Tenant, rows.Window, Cancellation)),
        ]);
    }

    private static T Wrote<T>(StoreResult<T> result)
    {
        Assert.True(result.Succeeded, $"{result.Outcome} {result.ConflictField}");
        return result.Value;
    }

    private static string Text<T>(T rows) => JsonSerializer.Serialize(rows);

    private sealed record Rows(
        Tenant Home, RegisteredServer Server, ApiKey Key, User User, AccessRule Rule, RoutingRule Route, PerformanceAlert Alert, GatewaySession Session,
        SystemConfigEntry Config, QuotaWindow Window);
}
