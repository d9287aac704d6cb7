using McpRegistry.AccessControl;
using McpRegistry.Alerts;
using McpRegistry.Analytics;
using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.Configuration;
using McpRegistry.Discovery;
using McpRegistry.Health;
using McpRegistry.Limits;
using McpRegistry.Resilience;
using McpRegistry.Routing;
using McpRegistry.Servers;
using McpRegistry.Sessions;
using McpRegistry.Tenancy;
using McpRegistry.Users;

namespace McpRegistry.Storage.Conformance;

/// <content>
/// The table: each attempt returns whether it was answered as if the rows were not there. Updates are tried twice, with the tenant as it is
/// in the row and with that of who asks; additions with the id of the row.
/// </content>
public abstract partial class TenantIsolationSuite
{
    private TenantId Thief => OtherTenant;

    private Dictionary<string, Func<Task<bool>>> Entries(Rows rows) => new[]
    {
        ServersAndKeys(rows), RulesAndAlerts(rows), People(rows), Measurements(rows), Trails(rows),
    }.SelectMany(static part => part).ToDictionary(StringComparer.Ordinal);

    private Dictionary<string, Func<Task<bool>>> ServersAndKeys(Rows rows) => new(StringComparer.Ordinal)
    {
        ["IServerStore.AddAsync"] = async () =>
            await RefusesAsync(async () => (await Servers.AddAsync(Thief, rows.Server, null, Cancellation)).Outcome) &&
            await RefusesAsync(async () => (await Servers.AddAsync(Thief, rows.Server with { Tenant = Thief }, null, Cancellation)).Outcome),
        ["IServerStore.UpdateAsync"] = async () =>
            IsMissing(await Servers.UpdateAsync(Thief, rows.Server with { Description = "stolen" }, null, Cancellation)) &&
            IsMissing(await Servers.UpdateAsync(Thief, rows.Server with { Tenant = Thief }, null, Cancellation)),
        ["IServerStore.DeleteAsync"] = async () => !(await Servers.DeleteAsync(Thief, rows.Server.Id, null, null, Cancellation)).Succeeded,
        ["IServerStore.FindAsync"] = async () => await Servers.FindAsync(Thief, rows.Server.Id, Cancellation) is null,
        ["IServerStore.FindByAliasAsync"] = async () => await Servers.FindByAliasAsync(Thief, rows.Server.Alias, Cancellation) is null,
        ["IServerStore.ListAsync"] = async () => await Servers.ListAsync(Thief, null, 10, Cancellation) is [],
        ["IServerStore.SaveDiscoveryAsync"] = async () => IsMissing(await Servers.SaveDiscoveryAsync(Thief, rows.Server.Id, Sample.Report(), Cancellation)),
        ["IServerSearch.FindAsync"] = async () => (await Get<IServerSearch>().FindAsync(Thief, new ServerQuery { Limit = 1000, Viewer = rows.User.Id }, Cancellation)).Servers
            .All(found => found.Stored.Server.Tenant != Tenant),
        ["IApiKeyStore.AddAsync"] = async () =>
            await RefusesAsync(async () => (await Keys.AddAsync(Thief, rows.Key, null, Cancellation)).Outcome) &&
            await RefusesAsync(async () => (await Keys.AddAsync(Thief, rows.Key with { Tenant = Thief }, null, Cancellation)).Outcome),
        ["IApiKeyStore.UpdateAsync"] = async () =>
            IsMissing(await Keys.UpdateAsync(Thief, rows.Key with { Scopes = ApiKeyScope.Admin }, null, Cancellation)) &&
            IsMissing(await Keys.UpdateAsync(Thief, rows.Key with { Tenant = Thief }, null, Cancellation)),
        ["IApiKeyStore.DeleteAsync"] = async () => (await Keys.DeleteAsync(Thief, rows.Key.Id, null, null, Cancellation)).Outcome == StoreOutcome.NotFound,
        ["IApiKeyStore.RotateAsync"] = async () =>
            (await Keys.RotateAsync(Thief, new ApiKeyRotation { Old = rows.Key with { Description = "stolen" }, Successor = Sample.Key(Thief), Now = Now }, Cancellation)).Outcome == ApiKeyRotationOutcome.NotFound,
        ["IApiKeyStore.FindAsync"] = async () => await Keys.FindAsync(Thief, rows.Key.Id, Cancellation) is null,
        ["IApiKeyStore.CountAsync"] = async () => await Keys.CountAsync(Thief, Now, Cancellation) == 0,
        ["IApiKeyStore.ListAsync"] = async () => await Keys.ListAsync(Thief, null, 10, Cancellation) is [],
        ["IApiKeyStore.RecordAttemptsAsync"] = async () =>
            (await Keys.RecordAttemptsAsync(Thief, [new ApiKeyAttempts { KeyId = rows.Key.Id, Failures = 3, LastFailure = Now }], Cancellation)).Count == 0,
        ["IApiKeyStore.LockAsync"] = async () => !await Keys.LockAsync(Thief, rows.Key.Id, Now.AddDays(1), null, null, Cancellation),
        ["ICircuitBreakerStore.SaveAsync"] = async () =>
            await RefusesAsync(async () => (await Get<ICircuitBreakerStore>().SaveAsync(Thief, Later(rows), Cancellation)).Outcome) &&
            IsMissing(await Get<ICircuitBreakerStore>().SaveAsync(Thief, Later(rows) with { Tenant = Thief }, Cancellation)),
        ["ICircuitBreakerStore.DecideAsync"] = async () =>
            await RefusesAsync(async () => (await Get<ICircuitBreakerStore>().DecideAsync(Thief, Later(rows), null, Cancellation)).Outcome) &&
            IsMissing(await Get<ICircuitBreakerStore>().DecideAsync(Thief, Later(rows) with { Tenant = Thief }, null, Cancellation)),
        ["ICircuitBreakerStore.FindAsync"] = async () => await Get<ICircuitBreakerStore>().FindAsync(Thief, rows.Server.Endpoints[0].Id, Cancellation) is null,
        ["ICircuitBreakerStore.ListOpenAsync"] = async () => await Get<ICircuitBreakerStore>().ListOpenAsync(Thief, null, 10, Cancellation) is [],
        ["IConnectionPoolStore.SaveAsync"] = async () =>
            await Get<IConnectionPoolStore>().SaveAsync(Thief, [Sample.Pool(rows.Server) with { SeenAt = Now.AddDays(1), IdleConnections = 9 }], Cancellation) == 0,
        ["IConnectionPoolStore.ListAsync"] = async () => await Get<IConnectionPoolStore>().ListAsync(Thief, rows.Server.Id, Cancellation) is [],
        ["IRequestQueueStore.SaveAsync"] = async () =>
            await Get<IRequestQueueStore>().SaveAsync(Thief, [Sample.Queue(rows.Server) with { SeenAt = Now.AddDays(1), CurrentSize = 9 }], Cancellation) == 0,
        ["IRequestQueueStore.ListAsync"] = async () => await Get<IRequestQueueStore>().ListAsync(Thief, rows.Server.Id, Cancellation) is [],
    };

    private Dictionary<string, Func<Task<bool>>> RulesAndAlerts(Rows rows)
    {
        var (access, routing, alerts) = (Get<IAccessRuleStore>(), Get<IRoutingRuleStore>(), Get<IPerformanceAlertStore>());
        return new(StringComparer.Ordinal)
        {
            ["IAccessRuleStore.AddAsync"] = async () =>
                await RefusesAsync(async () => (await access.AddAsync(Thief, rows.Rule, null, Cancellation)).Outcome) &&
                await RefusesAsync(async () => (await access.AddAsync(Thief, rows.Rule with { Tenant = Thief }, null, Cancellation)).Outcome),
            ["IAccessRuleStore.UpdateAsync"] = async () =>
                IsMissing(await access.UpdateAsync(Thief, rows.Rule with { IsActive = false }, null, Cancellation)) &&
                IsMissing(await access.UpdateAsync(Thief, rows.Rule with { Tenant = Thief, IsActive = false }, null, Cancellation)),
            ["IAccessRuleStore.DeleteAsync"] = async () => !(await access.DeleteAsync(Thief, rows.Rule.Id, null, null, Cancellation)).Succeeded,
            ["IAccessRuleStore.FindAsync"] = async () => await access.FindAsync(Thief, rows.Rule.Id, Cancellation) is null,
            ["IAccessRuleStore.ListByServerAsync"] = async () => await access.ListByServerAsync(Thief, rows.Server.Id, null, 10, Cancellation) is [],
            ["IAccessRuleStore.ListBySubjectAsync"] = async () => await access.ListBySubjectAsync(Thief, rows.Rule.Subject, null, 10, Cancellation) is [],
            ["IAccessRuleStore.RecordAccessAsync"] = async () => await DoneAsync(access.RecordAccessAsync(Thief, [new AccessRuleUse(rows.Rule.Id, 7, Now)], Cancellation)),
            ["IRoutingRuleStore.AddAsync"] = async () =>
                await RefusesAsync(async () => (await routing.AddAsync(Thief, rows.Route, null, Cancellation)).Outcome) &&
                await RefusesAsync(async () => (await routing.AddAsync(Thief, rows.Route with { Tenant = Thief }, null, Cancellation)).Outcome),
            ["IRoutingRuleStore.UpdateAsync"] = async () =>
                IsMissing(await routing.UpdateAsync(Thief, rows.Route with { IsActive = false }, null, Cancellation)) &&
                IsMissing(await routing.UpdateAsync(Thief, rows.Route with { Tenant = Thief, IsActive = false }, null, Cancellation)),
            ["IRoutingRuleStore.DeleteAsync"] = async () => !(await routing.DeleteAsync(Thief, rows.Route.Id, null, null, Cancellation)).Succeeded,
            ["IRoutingRuleStore.FindAsync"] = async () => await routing.FindAsync(Thief, rows.Route.Id, Cancellation) is null,
            ["IRoutingRuleStore.CountAsync"] = async () => await routing.CountAsync(Thief, Cancellation) == 0,
            ["IRoutingRuleStore.ListAsync"] = async () => await routing.ListAsync(Thief, null, 10, Cancellation) is [],
            ["IPerformanceAlertStore.AddAsync"] = async () =>
                await RefusesAsync(async () => (await alerts.AddAsync(Thief, rows.Alert, Cancellation)).Outcome) &&
                await RefusesAsync(async () => (await alerts.AddAsync(Thief, rows.Alert with { Tenant = Thief }, Cancellation)).Outcome) &&
                await RefusesAsync(async () => (await alerts.AddAsync(Thief, Sample.Alert(Thief) with { ServerId = rows.Server.Id }, Cancellation)).Outcome),
            ["IPerformanceAlertStore.UpdateAsync"] = async () =>
                IsMissing(await alerts.UpdateAsync(Thief, rows.Alert with { Threshold = 9 }, Cancellation)) &&
                IsMissing(await alerts.UpdateAsync(Thief, rows.Alert with { Tenant = Thief, Threshold = 9, ServerId = null }, Cancellation)),
            ["IPerformanceAlertStore.DeleteAsync"] = async () => !await alerts.DeleteAsync(Thief, rows.Alert.Id, Cancellation),
            ["IPerformanceAlertStore.FindAsync"] = async () => await alerts.FindAsync(Thief, rows.Alert.Id, Cancellation) is null,
            ["IPerformanceAlertStore.ListAsync"] = async () => await alerts.ListAsync(Thief, null, 10, Cancellation) is [],
            ["IPerformanceAlertStore.RecordEvaluationAsync"] = async () =>
                IsMissing(await alerts.RecordEvaluationAsync(Thief, rows.Alert.Id, rows.Alert.State, Sample.FiringState(), Cancellation)),
        };
    }

    private static CircuitBreakerSnapshot Later(Rows rows) =>
        Sample.Breaker(rows.Server, CircuitState.Closed) with { LastStateChange = rows.Server.CreatedAt.AddDays(1) };

    private static bool IsMissing<T>(StoreResult<T> result) => result.Outcome == StoreOutcome.NotFound;

    /// <summary>An addition is refused as a fault of the caller's, or because what it names is taken or not there.</summary>
    private static async Task<bool> RefusesAsync(Func<Task<StoreOutcome>> addition)
    {
        try
        {
            return await addition() is StoreOutcome.Conflict or StoreOutcome.NotFound;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }

    /// <summary>What answers nothing must change nothing, which is looked at after each attempt.</summary>
    private static async Task<bool> DoneAsync(ValueTask attempt)
    {
        await attempt;
        return true;
    }
}
