using McpRegistry.AccessControl;
using McpRegistry.Auditing;
using McpRegistry.Core.Tests.ApiKeys;
using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Core.Tests.AccessControl;

/// <summary>What the change feed tells between the write of a rule and its coming into force.</summary>
public sealed class AccessRuleRegistrarTests : IAsyncDisposable
{
    private readonly KeyWorld _world = new();
    private readonly HookedRuleStore _store;
    private readonly AccessRuleRegistrar _registrar;

    public AccessRuleRegistrarTests()
    {
        _store = new HookedRuleStore(_world.Get<IAccessRuleStore>());
        _registrar = new AccessRuleRegistrar(_store, _world.Get<AccessRuleValidator>(), Rules, _world.Get<AccessRuleAudit>(), _world.Clock);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private AccessRules Rules => _world.Get<AccessRules>();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task AddAsync_AnotherReplicaDeletesItBeforeItIsInForce_IsNotInForce()
    {
        var definition = await DefineAsync();
        _store.AfterNextWrite = async rule =>
        {
            await _store.DeleteAsync(rule.Tenant, rule.Id, null, null, Cancellation);
            await _world.FollowAsync();
        };

        Assert.Equal(AccessRuleWriteOutcome.Success, (await _registrar.AddAsync(TenantId.Global, definition, AuditActor.System, Cancellation)).Outcome);

        Assert.True(Rules.Current.IsEmpty);
    }

    [Fact]
    public async Task UpdateAsync_OtherRulesGoMeanwhile_IsInForce()
    {
        var definition = await DefineAsync();
        var rule = (await _registrar.AddAsync(TenantId.Global, definition, AuditActor.System, Cancellation)).Rule!;
        _store.AfterNextWrite = _ =>
        {
            Rules.Remove(static _ => false);
            return Task.CompletedTask;
        };

        await _registrar.UpdateAsync(TenantId.Global, rule.Id, definition with { Permissions = AccessPermissions.Admin }, null, AuditActor.System, Cancellation);

        Assert.Equal(AccessPermissions.Admin, Rules.Current.Find(rule.Id)!.Rule.Permissions);
    }

    private async Task<AccessRuleDefinition> DefineAsync()
    {
        var (_, key) = await _world.IssueAsync();
        var entry = SnapshotSample.Entry("a", SnapshotSample.Tools(1), tenant: TenantId.Global);
        var server = entry.Server with { Id = Guid.CreateVersion7() };
        _world.Get<RegistrySnapshots>().Set(entry with { Server = server });
        Assert.True((await _world.Get<IServerStore>().AddAsync(TenantId.Global, server, null, Cancellation)).Succeeded);
        return new AccessRuleDefinition { ServerId = server.Id, Subject = AccessSubject.ForApiKey(key.Id) };
    }
}
