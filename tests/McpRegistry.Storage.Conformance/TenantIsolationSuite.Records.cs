using McpRegistry.Analytics;
using McpRegistry.Auditing;
using McpRegistry.Configuration;
using McpRegistry.Health;
using McpRegistry.Limits;
using McpRegistry.Sessions;
using McpRegistry.Tenancy;
using McpRegistry.Users;

namespace McpRegistry.Storage.Conformance;

/// <content>The table goes on: people, measurements and trails.</content>
public abstract partial class TenantIsolationSuite
{
    private Dictionary<string, Func<Task<bool>>> People(Rows rows)
    {
        var (users, sessions, tenants, configs) = (Get<IUserStore>(), Get<IGatewaySessionStore>(), Get<ITenantStore>(), Get<ISystemConfigStore>());
        var expiry = rows.Session.ExpiresAt;
        return new(StringComparer.Ordinal)
        {
            ["IUserStore.AddAsync"] = async () =>
                await RefusesAsync(async () => (await users.AddAsync(Thief, rows.User, null, Cancellation)).Outcome) &&
                await RefusesAsync(async () => (await users.AddAsync(Thief, rows.User with { Tenant = Thief }, null, Cancellation)).Outcome),
            ["IUserStore.UpdateAsync"] = async () =>
                IsMissing(await users.UpdateAsync(Thief, rows.User with { Role = UserRole.Admin }, null, Cancellation)) &&
                IsMissing(await users.UpdateAsync(Thief, rows.User with { Tenant = Thief, Role = UserRole.Admin }, null, Cancellation)),
            ["IUserStore.FindAsync"] = async () => await users.FindAsync(Thief, rows.User.Id, Cancellation) is null,
            ["IUserStore.FindByUsernameAsync"] = async () => await users.FindByUsernameAsync(Thief, rows.User.Username, Cancellation) is null,
            ["IUserStore.FindByEmailAsync"] = async () => await users.FindByEmailAsync(Thief, rows.User.Email, Cancellation) is null,
            ["IUserStore.FindByExternalIdAsync"] = async () =>
                await users.FindByExternalIdAsync(Thief, rows.User.AuthProvider ?? "", rows.User.AuthProviderId ?? "", Cancellation) is null,
            ["IUserStore.ListAsync"] = async () => await users.ListAsync(Thief, new UserQuery(), Cancellation) is [],
            ["IUserStore.DeleteAsync"] = async () => (await users.DeleteAsync(Thief, rows.User.Id, null, Cancellation)).Outcome == StoreOutcome.NotFound,
            ["IGatewaySessionStore.AddAsync"] = async () =>
                await RefusesAsync(async () => (await sessions.AddAsync(Thief, rows.Session, Cancellation)).Outcome) &&
                await RefusesAsync(async () => (await sessions.AddAsync(Thief, rows.Session with { Tenant = Thief }, Cancellation)).Outcome),
            ["IGatewaySessionStore.FindByHashAsync"] = async () => await sessions.FindByHashAsync(Thief, rows.Session.Hash, Cancellation) is null,
            ["IGatewaySessionStore.TouchAsync"] = async () =>
                await sessions.TouchAsync(Thief, [new SessionActivity(rows.Session.Id, Now.AddDays(2), expiry.AddDays(2))], Cancellation) == 0,
            ["IGatewaySessionStore.RevokeAsync"] = async () => !await sessions.RevokeAsync(Thief, rows.Session.Id, Now, "stolen", Cancellation),
            ["IGatewaySessionStore.ListActiveAsync"] = async () => await sessions.ListActiveAsync(Thief, rows.User.Id, Now, null, 10, Cancellation) is [],
            ["ISystemConfigStore.AddAsync"] = async () =>
                await RefusesConfigAsync(async () => (await configs.AddAsync(Thief, rows.Config, null, Cancellation)).Outcome) &&
                await RefusesConfigAsync(async () => (await configs.AddAsync(Thief, rows.Config with { Tenant = Thief }, null, Cancellation)).Outcome),
            ["ISystemConfigStore.UpdateAsync"] = async () =>
                (await configs.UpdateAsync(Thief, rows.Config with { Value = "2" }, null, Cancellation)).Outcome == SystemConfigOutcome.NotFound &&
                (await configs.UpdateAsync(Thief, rows.Config with { Tenant = Thief, Value = "2" }, null, Cancellation)).Outcome == SystemConfigOutcome.NotFound,
            ["ISystemConfigStore.DeleteAsync"] = async () => !await configs.DeleteAsync(Thief, rows.Config.Key, null, Cancellation),
            ["ISystemConfigStore.FindAsync"] = async () => await configs.FindAsync(Thief, rows.Config.Key, Cancellation) is null,
            ["ISystemConfigStore.RevealAsync"] = async () => await configs.RevealAsync(Thief, rows.Config.Key, Cancellation) is null,
            ["ISystemConfigStore.ListAsync"] = async () => await configs.ListAsync(Thief, null, null, 10, Cancellation) is [],
            ["ITenantStore.AddAsync"] = async () =>
                await RefusesAsync(async () => (await tenants.AddAsync(Sample.Tenant(rows.Home.Slug) with { Id = Thief }, null, Cancellation)).Outcome) &&
                await RefusesAsync(async () => (await tenants.AddAsync(Sample.Tenant() with { Id = rows.Home.Id }, null, Cancellation)).Outcome),
            ["ITenantStore.UpdateAsync"] = async () =>
                await tenants.FindAsync(Thief, Cancellation) is { } own &&
                (await tenants.UpdateAsync(own with { Slug = rows.Home.Slug }, null, Cancellation)).Outcome == StoreOutcome.Conflict,
            ["ITenantStore.FindAsync"] = async () => (await tenants.FindAsync(Thief, Cancellation))?.Id == Thief,
            ["ITenantStore.DeleteAsync"] = async () => (await tenants.DeleteAsync(Thief, null, null, Cancellation)).Succeeded,
        };
    }

    private Dictionary<string, Func<Task<bool>>> Measurements(Rows rows)
    {
        var (usage, analytics, quotas, server) = (Get<IUsageStore>(), Get<IRegistryAnalytics>(), Get<IQuotaStore>(), rows.Server.Id);
        return new(StringComparer.Ordinal)
        {
            ["IUsageStore.AddAsync"] = () => DoneAsync(usage.AddAsync(
                [
                    new UsageDelta { Subject = UsageSubject.Server, Tenant = Thief, Id = server, Calls = 7, ConnectionChange = 1 },
                    new UsageDelta { Subject = UsageSubject.Tool, Tenant = Thief, Id = server, ItemKey = "echo", Calls = 7 },
                    new UsageDelta { Subject = UsageSubject.ApiKey, Tenant = Thief, Id = rows.Key.Id, Calls = 7 },
                ],
                Cancellation)),
            ["IUsageStore.ListServerAsync"] = async () => await usage.ListServerAsync(Thief, server, Cancellation) is [],
            ["IUsageStore.FindKeyAsync"] = async () => await usage.FindKeyAsync(Thief, rows.Key.Id, Cancellation) is null,
            ["IRequestLogStore.AppendAsync"] = () => DoneAsync(Get<IRequestLogStore>().AppendAsync([Sample.FullRequest(Thief, server)], Cancellation)),
            ["IRequestLogStore.ListAsync"] = async () => (await Get<IRequestLogStore>().ListAsync(Thief, null, 10, Cancellation)).All(row => row.Tenant == Thief),
            ["IServerMetricStore.AppendAsync"] = () => DoneAsync(Get<IServerMetricStore>().AppendAsync([Sample.FullMetric(Thief, server)], Cancellation)),
            ["IServerMetricStore.ListAsync"] = async () =>
                (await Get<IServerMetricStore>().ListAsync(Thief, server, DateTimeOffset.MinValue, null, 10, Cancellation)).All(row => row.Tenant == Thief),
            ["IHealthCheckStore.AppendAsync"] = () => DoneAsync(Get<IHealthCheckStore>().AppendAsync([Sample.FullHealthCheck(Thief, server)], Cancellation)),
            ["IHealthCheckStore.ListAsync"] = async () => (await Get<IHealthCheckStore>().ListAsync(Thief, server, 10, Cancellation)).All(row => row.Tenant == Thief),
            ["IRegistryAnalytics.GetServerHealthAsync"] = async () => await analytics.GetServerHealthAsync(Thief, Cancellation) == new ServerHealthSummary(),
            ["IRegistryAnalytics.GetRequestPerformanceAsync"] = async () =>
                await analytics.GetRequestPerformanceAsync(Thief, 24, Cancellation) == new RequestPerformanceSummary(),
            ["IRegistryAnalytics.GetTenantUsageAsync"] = async () => await analytics.GetTenantUsageAsync(Thief, 24, Cancellation) == new TenantUsageSummary(),
            ["IRegistryAnalytics.GetTenantInventoryAsync"] = async () => await analytics.GetTenantInventoryAsync(Thief, Cancellation) == new TenantInventory(),
            ["IQuotaStore.LeaseAsync"] = async () =>
                (await quotas.LeaseAsync(Thief, rows.Window, new QuotaDemand { Limit = 1000, Least = 1, Most = 1, Epoch = 1, Spent = 3, Debt = 3 }, Cancellation)).Held <= 0,
            ["IQuotaStore.SettleAsync"] = () => DoneAsync(quotas.SettleAsync(
                [new QuotaSettlement { Tenant = Thief, Window = rows.Window, Epoch = 1, Spent = 2, Returned = 3 }], Cancellation)),
            ["IQuotaStore.FindAsync"] = async () => await quotas.FindAsync(new TenantId(Guid.CreateVersion7()), rows.Window, Cancellation) is null,
            ["IQuotaStore.RecallAsync"] = () => DoneAsync(quotas.RecallAsync(Thief, rows.Key.Id, Cancellation)),
            ["IQuotaStore.ResetAsync"] = async () => await quotas.ResetAsync(new TenantId(Guid.CreateVersion7()), rows.Key.Id, null, Cancellation) == 0,
        };
    }

    private Dictionary<string, Func<Task<bool>>> Trails(Rows rows)
    {
        var (audit, sinks, all) = (Get<IAuditStore>(), Get<IAuditSinkStore>(), new AuditQuery());
        return new(StringComparer.Ordinal)
        {
            ["IAuditStore.SearchAsync"] = async () => await audit.SearchAsync(Thief, all, Cancellation) is [],
            ["IAuditStore.SearchMcpAsync"] = async () => await audit.SearchMcpAsync(Thief, all, Cancellation) is [],
            ["IAuditStore.FindHeadAsync"] = async () => await audit.FindHeadAsync(Thief, Cancellation) is null,
            ["IAuditStore.ReadChainAsync"] = async () => await audit.ReadChainAsync(Thief, 0, null, 10, Cancellation) is [],
            ["IAuditStore.FindUnchainedAsync"] = async () => (await audit.FindUnchainedAsync(Thief, Cancellation)).Count == 0,
            ["IAuditStore.AppendAsync"] = () => DoneAsync(audit.AppendAsync([Sample.FullAuditEvent(Thief)], Cancellation)),
            ["IAuditSinkStore.TryHoldAsync"] = async () =>
                await sinks.TryHoldAsync(Thief, Sink, Guid.CreateVersion7(), Now, Now.AddDays(1), Cancellation) is null or 0,
            ["IAuditSinkStore.AdvanceAsync"] = async () =>
                !await sinks.AdvanceAsync(new TenantId(Guid.CreateVersion7()), Sink, Holder, 1, Now.AddDays(1), Cancellation),
        };
    }

    private static async Task<bool> RefusesConfigAsync(Func<Task<SystemConfigOutcome>> addition)
    {
        try
        {
            return await addition() is SystemConfigOutcome.Conflict;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }
}
