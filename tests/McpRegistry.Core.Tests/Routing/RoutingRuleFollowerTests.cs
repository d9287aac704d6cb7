using McpRegistry.Core.Tests.Storage;
using McpRegistry.Routing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace McpRegistry.Core.Tests.Routing;

public sealed class RoutingRuleFollowerTests
{
    private static readonly TenantId Tenant = new(new Guid("00000000-0000-0000-0000-0000000000a1"));

    private readonly HookedRoutingRuleStore _store = new(new InMemoryRoutingRuleStore(new InMemoryDatabase(new ManualTimeProvider())));
    private readonly RoutingRules _rules = new(NullLogger<RoutingRules>.Instance);
    private readonly RoutingRuleFollower _follower;

    public RoutingRuleFollowerTests() => _follower = new RoutingRuleFollower(_store, _rules);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Apply_RuleOfAnotherReplica_IsInForceAndGoesWithIt()
    {
        var rule = (await _store.AddAsync(Tenant, Sample(), null, Cancellation)).Value!;

        await ApplyAsync(rule.Id, RegistryChangeKind.RoutingRule, RegistryChangeOperation.Saved);
        Assert.Single(_rules.Current.Of(Tenant).Rules);

        await _store.DeleteAsync(Tenant, rule.Id, null, null, Cancellation);
        await ApplyAsync(rule.Id, RegistryChangeKind.RoutingRule, RegistryChangeOperation.Deleted);
        Assert.True(_rules.Current.IsEmpty);
    }

    [Fact]
    public async Task Apply_TenantIsGone_ItsRulesGo()
    {
        _rules.Save(Sample());

        await ApplyAsync(Tenant.Value, RegistryChangeKind.Tenant, RegistryChangeOperation.Deleted);

        Assert.True(_rules.Current.IsEmpty);
    }

    [Fact]
    public async Task Reload_StoreAndMemoryDiffer_TheStoreCounts()
    {
        _rules.Save(Sample());
        var stored = Sample();
        await _store.AddAsync(Tenant, stored, null, Cancellation);
        await _store.AddAsync(Tenant, Sample() with { IsActive = false }, null, Cancellation);

        await _follower.ReloadAsync(Cancellation);

        Assert.Equal([stored.Id], _rules.Current.Rules.Select(static route => route.Rule.Id));
    }

    [Fact]
    public async Task Apply_SwitchedOffHereAfterItWasRead_StaysOff()
    {
        var rule = (await _store.AddAsync(Tenant, Sample(), null, Cancellation)).Value!;
        await ApplyAsync(rule.Id, RegistryChangeKind.RoutingRule, RegistryChangeOperation.Saved);
        _store.AfterNextFind = async () => _rules.Save((await _store.UpdateAsync(Tenant, rule with { IsActive = false }, null, Cancellation)).Value!);

        await ApplyAsync(rule.Id, RegistryChangeKind.RoutingRule, RegistryChangeOperation.Saved);

        Assert.True(_rules.Current.IsEmpty);
    }

    [Fact]
    public async Task Apply_DeletedHereAfterItWasRead_StaysGone()
    {
        var rule = (await _store.AddAsync(Tenant, Sample(), null, Cancellation)).Value!;
        _store.AfterNextFind = async () =>
        {
            await _store.DeleteAsync(Tenant, rule.Id, null, null, Cancellation);
            _rules.Remove(known => known.Id == rule.Id);
        };

        await ApplyAsync(rule.Id, RegistryChangeKind.RoutingRule, RegistryChangeOperation.Saved);

        Assert.True(_rules.Current.IsEmpty);
    }

    /// <summary>The feed begins anew behind both, and tells of neither.</summary>
    [Fact]
    public async Task Reload_SavedHereMeanwhile_StaysUnlessItIsGone()
    {
        var (stays, gone) = (Sample(), Sample());
        _store.AfterNextRead = async () =>
        {
            _rules.Save((await _store.AddAsync(Tenant, stays, null, Cancellation)).Value!, (await _store.AddAsync(Tenant, gone, null, Cancellation)).Value!);
            await _store.DeleteAsync(Tenant, gone.Id, null, null, Cancellation);
        };

        await _follower.ReloadAsync(Cancellation);

        Assert.Equal([stays.Id], _rules.Current.Rules.Select(static route => route.Rule.Id));
    }

    private static RoutingRule Sample() => RoutingFixture.Rule("{}", """{"servers":[{"server":"a"}]}""", tenant: Tenant);

    private ValueTask ApplyAsync(Guid id, RegistryChangeKind kind, RegistryChangeOperation operation) =>
        _follower.ApplyAsync(new RegistryChange { Revision = 1, Tenant = Tenant, Kind = kind, Id = id, Operation = operation }, Cancellation);
}
