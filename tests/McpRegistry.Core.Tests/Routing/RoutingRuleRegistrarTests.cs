using McpRegistry.Auditing;
using McpRegistry.Routing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Routing;

/// <summary>What the change feed tells between the write of a rule and its coming into force.</summary>
public sealed class RoutingRuleRegistrarTests
{
    private static readonly RoutingRuleDefinition Definition = new() { Name = "a", Targets = """{"servers":[{"server":"a"}]}""" };

    private readonly ManualTimeProvider _clock = new();
    private readonly RoutingOptions _options = new();
    private readonly InMemoryDatabase _database;
    private readonly InMemoryRoutingRuleStore _others;
    private readonly HookedRoutingRuleStore _store;
    private readonly RoutingRules _rules = new(NullLogger<RoutingRules>.Instance);
    private readonly RoutingRuleFollower _follower;
    private readonly RoutingRuleRegistrar _registrar;
    private long _seen;

    public RoutingRuleRegistrarTests()
    {
        _database = new InMemoryDatabase(_clock);
        _others = new InMemoryRoutingRuleStore(_database);
        _store = new HookedRoutingRuleStore(_others);
        _follower = new RoutingRuleFollower(_store, _rules);
        _registrar = new RoutingRuleRegistrar(_store, _rules, new RoutingRuleAudit(new ChangeAudit(_clock)), Options.Create(_options), _clock);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddAsync_AnotherReplicaDeletesItBeforeItIsInForce_IsNotInForce()
    {
        _store.AfterNextWrite = DeleteElsewhereAsync;

        await AddAsync();

        Assert.True(_rules.Current.IsEmpty);
    }

    [Fact]
    public async Task AddAsync_AsManyAsThereMayBeAtOnce_TheRestIsRefused()
    {
        _options.MaxRules = 3;
        await AddAsync(Definition with { Name = "off", IsActive = false });

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            number => Task.Run(async () => await _registrar.AddAsync(TenantId.Global, Definition with { Name = $"{number}" }, AuditActor.System, Cancellation))));

        Assert.Equal(2, results.Count(static result => result.Succeeded));
        Assert.Equal(6, results.Count(static result => result.Outcome == RoutingRuleWriteOutcome.LimitReached));
        Assert.Equal(3, await _others.CountAsync(TenantId.Global, Cancellation));
    }

    [Fact]
    public async Task AddAsync_LimitIsReached_AnotherTenantMayAddAndChangesGoOn()
    {
        _options.MaxRules = 1;
        var rule = await AddAsync();

        Assert.True((await _registrar.AddAsync(new TenantId(Guid.CreateVersion7()), Definition, AuditActor.System, Cancellation)).Succeeded);
        await UpdateAsync(rule, priority: 7);
        Assert.Equal(7, _rules.Current.Find(rule.Id)?.Rule.Priority);
    }

    [Fact]
    public async Task UpdateAsync_AnotherReplicaDeletesItBeforeItIsInForce_IsNotInForce()
    {
        var rule = await AddAsync();
        _store.AfterNextWrite = DeleteElsewhereAsync;

        await UpdateAsync(rule, priority: 7);

        Assert.True(_rules.Current.IsEmpty);
    }

    [Fact]
    public async Task UpdateAsync_AnotherReplicaSwitchesItOffBeforeItIsInForce_StaysOff()
    {
        var rule = await AddAsync();
        _store.AfterNextWrite = SwitchOffElsewhereAsync;

        await UpdateAsync(rule, priority: 7);

        Assert.True(_rules.Current.IsEmpty);
    }

    /// <summary>It was not in force, so that nothing of it is there that would go.</summary>
    [Fact]
    public async Task UpdateAsync_SwitchedOnHereAndThenOffElsewhere_StaysOff()
    {
        var rule = await AddAsync(Definition with { IsActive = false });
        _store.AfterNextWrite = SwitchOffElsewhereAsync;

        await UpdateAsync(rule, priority: 7);

        Assert.True(_rules.Current.IsEmpty);
    }

    [Fact]
    public async Task UpdateAsync_NewerReplicaWritesWhatCannotBeReadHere_StaysLeftOut()
    {
        var rule = await AddAsync();
        _store.AfterNextWrite = written => ElsewhereAsync(written with { Conditions = """{"field":"weather","operator":"equals","value":"rain"}""" });

        await UpdateAsync(rule, priority: 7);

        Assert.True(_rules.Current.IsEmpty);
    }

    [Fact]
    public async Task UpdateAsync_AnotherReplicaChangesItBeforeItIsInForce_TheLastChangeIsInForce()
    {
        var rule = await AddAsync();
        _store.AfterNextWrite = written => ElsewhereAsync(written with { Priority = 8 });

        await UpdateAsync(rule, priority: 7);

        Assert.Equal(8, _rules.Current.Find(rule.Id)!.Rule.Priority);
    }

    [Fact]
    public async Task UpdateAsync_OtherRulesGoMeanwhile_IsInForce()
    {
        var rule = await AddAsync();
        _store.AfterNextWrite = _ =>
        {
            _rules.Remove(static _ => false);
            return Task.CompletedTask;
        };

        await UpdateAsync(rule, priority: 7);

        Assert.Equal(7, _rules.Current.Find(rule.Id)!.Rule.Priority);
    }

    /// <summary>A reset of the feed passes over the deletion.</summary>
    [Fact]
    public async Task UpdateAsync_AllAreReadAfterItsDeletion_IsNotInForce()
    {
        var rule = await AddAsync();
        _store.AfterNextWrite = async written =>
        {
            await _others.DeleteAsync(written.Tenant, written.Id, null, null, Cancellation);
            await _follower.ReloadAsync(Cancellation);
        };

        await UpdateAsync(rule, priority: 7);

        Assert.True(_rules.Current.IsEmpty);
    }

    /// <summary>What was read first and what was written second come after what switched the rule off third.</summary>
    [Fact]
    public async Task UpdateAsync_SwitchedOffElsewhereWhileAllAreRead_StaysOff()
    {
        var rule = await AddAsync();
        _store.AfterNextRead = async () =>
        {
            _store.AfterNextWrite = SwitchOffElsewhereAsync;
            await UpdateAsync(rule, priority: 7);
        };

        await _follower.ReloadAsync(Cancellation);

        Assert.True(_rules.Current.IsEmpty);
    }

    private async Task<RoutingRule> AddAsync(RoutingRuleDefinition? definition = null)
    {
        var added = await _registrar.AddAsync(TenantId.Global, definition ?? Definition, AuditActor.System, Cancellation);
        Assert.True(added.Succeeded);
        return added.Rule!;
    }

    private async Task UpdateAsync(RoutingRule rule, int priority) =>
        Assert.True((await _registrar.UpdateAsync(rule.Tenant, rule.Id, Definition with { Priority = priority }, null, AuditActor.System, Cancellation)).Succeeded);

    private Task SwitchOffElsewhereAsync(RoutingRule written) => ElsewhereAsync(written with { IsActive = false });

    private async Task ElsewhereAsync(RoutingRule rule)
    {
        Assert.True((await _others.UpdateAsync(rule.Tenant, rule, null, Cancellation)).Succeeded);
        await FollowAsync();
    }

    private async Task DeleteElsewhereAsync(RoutingRule written)
    {
        Assert.True((await _others.DeleteAsync(written.Tenant, written.Id, null, null, Cancellation)).Succeeded);
        await FollowAsync();
    }

    /// <summary>Hands over the changes since the last time.</summary>
    private async Task FollowAsync()
    {
        foreach (var change in _database.GetChanges(_seen).Changes)
        {
            _seen = change.Revision;
            await _follower.ApplyAsync(change, Cancellation);
        }
    }
}
