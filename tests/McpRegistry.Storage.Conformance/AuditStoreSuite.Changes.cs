using McpRegistry.AccessControl;
using McpRegistry.Auditing;
using McpRegistry.Configuration;
using McpRegistry.Resilience;
using McpRegistry.Routing;
using McpRegistry.Tenancy;
using McpRegistry.Users;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <content>A change and its audit event: both or none, for every store that people change.</content>
public abstract partial class AuditStoreSuite
{
    [Fact]
    public async Task ServerWrite_WithEvent_CommitsBothOrNone()
    {
        var added = await Servers.AddAsync(Tenant, Sample.Server(Tenant), Event("add"), Cancellation);
        await Servers.AddAsync(Tenant, added.Value!, Event("taken"), Cancellation);
        var updated = await Servers.UpdateAsync(Tenant, added.Value! with { Description = "new" }, Event("update"), Cancellation);
        await Servers.UpdateAsync(Tenant, added.Value!, Event("stale"), Cancellation);
        await Servers.DeleteAsync(OtherTenant, added.Value!.Id, null, Event("foreign"), Cancellation);
        await Servers.DeleteAsync(Tenant, added.Value.Id, null, Event("delete"), Cancellation);
        await Servers.DeleteAsync(Tenant, added.Value.Id, null, Event("gone"), Cancellation);

        Assert.True(updated.Succeeded);
        await AssertTrailAsync("add", "update", "delete");
    }

    [Fact]
    public async Task KeyWrite_WithEvent_CommitsBothOrNone()
    {
        var added = await Keys.AddAsync(Tenant, Sample.Key(Tenant), Event("add"), Cancellation);
        await Keys.AddAsync(Tenant, added.Value!, Event("taken"), Cancellation);
        await Keys.UpdateAsync(Tenant, added.Value! with { Description = "new" }, Event("update"), Cancellation);
        await Keys.UpdateAsync(Tenant, added.Value!, Event("stale"), Cancellation);
        await Keys.LockAsync(Tenant, added.Value!.Id, Sample.Time(9), null, Event("lock"), Cancellation);
        await Keys.LockAsync(OtherTenant, added.Value.Id, null, null, Event("foreign"), Cancellation);
        await Keys.DeleteAsync(Tenant, added.Value.Id, null, Event("delete"), Cancellation);
        await Keys.DeleteAsync(Tenant, added.Value.Id, null, Event("gone"), Cancellation);

        await AssertTrailAsync("add", "update", "lock", "delete");
    }

    [Fact]
    public async Task TenantWrite_WithEvent_CommitsBothOrNone()
    {
        var store = Get<ITenantStore>();
        var added = await store.AddAsync(Sample.Tenant(), Event("add"), Cancellation);
        await store.AddAsync(added.Value!, Event("taken"), Cancellation);
        await store.UpdateAsync(added.Value! with { Description = "new" }, Event("update"), Cancellation);
        await store.UpdateAsync(added.Value!, Event("stale"), Cancellation);
        await store.DeleteAsync(added.Value!.Id, added.Value.Version, Event("old"), Cancellation);
        await store.DeleteAsync(added.Value.Id, null, Event("delete"), Cancellation);
        await store.DeleteAsync(added.Value.Id, null, Event("gone"), Cancellation);

        await AssertTrailAsync("add", "update", "delete");
    }

    [Fact]
    public async Task UserWrite_WithEvent_CommitsBothOrNone()
    {
        var store = Get<IUserStore>();
        var added = await store.AddAsync(Tenant, Sample.User(Tenant), Event("add"), Cancellation);
        await store.AddAsync(Tenant, added.Value!, Event("taken"), Cancellation);
        await store.UpdateAsync(Tenant, added.Value! with { FullName = "new" }, Event("update"), Cancellation);
        await store.UpdateAsync(Tenant, added.Value!, Event("stale"), Cancellation);
        await store.DeleteAsync(Tenant, added.Value!.Id, Event("delete"), Cancellation);
        await store.DeleteAsync(Tenant, added.Value.Id, Event("gone"), Cancellation);

        await AssertTrailAsync("add", "update", "delete");
    }

    [Fact]
    public async Task AccessRuleWrite_WithEvent_CommitsBothOrNone()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var store = Get<IAccessRuleStore>();
        var added = await store.AddAsync(Tenant, Sample.AccessRule(Tenant, server.Id), Event("add"), Cancellation);
        await store.AddAsync(Tenant, added.Value!, Event("taken"), Cancellation);
        await store.UpdateAsync(Tenant, added.Value!, Event("update"), Cancellation);
        await store.UpdateAsync(Tenant, added.Value!, Event("stale"), Cancellation);
        await store.DeleteAsync(Tenant, added.Value!.Id, null, Event("delete"), Cancellation);
        await store.DeleteAsync(Tenant, added.Value.Id, null, Event("gone"), Cancellation);

        await AssertTrailAsync("add", "update", "delete");
    }

    [Fact]
    public async Task RoutingRuleWrite_WithEvent_CommitsBothOrNone()
    {
        var store = Get<IRoutingRuleStore>();
        var added = await store.AddAsync(Tenant, Sample.RoutingRule(Tenant), Event("add"), Cancellation);
        await store.AddAsync(Tenant, added.Value!, Event("taken"), Cancellation);
        await store.UpdateAsync(Tenant, added.Value!, Event("update"), Cancellation);
        await store.UpdateAsync(Tenant, added.Value!, Event("stale"), Cancellation);
        await store.DeleteAsync(Tenant, added.Value!.Id, null, Event("delete"), Cancellation);
        await store.DeleteAsync(Tenant, added.Value.Id, null, Event("gone"), Cancellation);

        await AssertTrailAsync("add", "update", "delete");
    }

    [Fact]
    public async Task CircuitBreakerDecision_WithEvent_CommitsBothOrNone()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var store = Get<ICircuitBreakerStore>();
        var open = Sample.Breaker(server, CircuitState.Open);
        await store.DecideAsync(Tenant, open, Event("open"), Cancellation);
        await store.DecideAsync(Tenant, open with { LastStateChange = open.LastStateChange.AddSeconds(1) }, Event("again"), Cancellation);
        await store.DecideAsync(Tenant, open, Event("stale"), Cancellation);
        await store.DecideAsync(Tenant, open with { ServerId = Guid.CreateVersion7() }, Event("gone"), Cancellation);

        await AssertTrailAsync("open", "again");
    }

    [Fact]
    public async Task ConfigurationWrite_WithEvent_CommitsBothOrNone()
    {
        var store = Get<ISystemConfigStore>();
        var added = await store.AddAsync(Tenant, Sample.Config(Tenant), Event("add"), Cancellation);
        await store.AddAsync(Tenant, added.Entry!, Event("taken"), Cancellation);
        await store.UpdateAsync(Tenant, added.Entry!, Event("update"), Cancellation);
        await store.UpdateAsync(Tenant, added.Entry!, Event("stale"), Cancellation);
        await store.DeleteAsync(Tenant, added.Entry!.Key, Event("delete"), Cancellation);
        await store.DeleteAsync(Tenant, added.Entry.Key, Event("gone"), Cancellation);

        await AssertTrailAsync("add", "update", "delete");
    }

    [Fact]
    public async Task Writes_WithEventsAtOnce_MakeOneWholeChain()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(async () =>
        {
            if (i % 2 == 0)
            {
                Assert.True((await Servers.AddAsync(Tenant, Sample.Server(Tenant, $"server-{i}"), Event("add"), Cancellation)).Succeeded);
            }
            else
            {
                await Audit.AppendAsync([Event("call"), Sample.AuditEvent(OtherTenant)], Cancellation);
            }
        })));

        Assert.Equal(40, await CheckChainAsync(Tenant));
    }

    private AuditEvent Event(string action) => Sample.AuditEvent(Tenant, action: action);

    private async Task AssertTrailAsync(params string[] actions)
    {
        var rows = await Audit.ReadChainAsync(Tenant, 0, null, 1000, Cancellation);
        Assert.Equal(actions, rows.Select(row => row.Event.Action));
        await CheckChainAsync(Tenant);
    }
}
