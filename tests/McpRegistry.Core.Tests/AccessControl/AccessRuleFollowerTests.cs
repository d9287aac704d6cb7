using McpRegistry.AccessControl;
using McpRegistry.Core.Tests.ApiKeys;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Servers;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Core.Tests.AccessControl;

/// <summary>What is written here while the change feed reads.</summary>
public sealed class AccessRuleFollowerTests : IAsyncDisposable
{
    private readonly KeyWorld _world = new();
    private readonly HookedRuleStore _store;
    private readonly AccessRuleFollower _follower;

    public AccessRuleFollowerTests()
    {
        _store = new HookedRuleStore(_world.Get<IAccessRuleStore>());
        _follower = new AccessRuleFollower(_store, Rules);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private AccessRules Rules => _world.Get<AccessRules>();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Apply_DeletedHereAfterItWasRead_StaysGone()
    {
        var server = SampleServers.Of("a");
        Assert.True((await _world.Get<IServerStore>().AddAsync(TenantId.Global, server, null, Cancellation)).Succeeded);
        var (_, key) = await _world.IssueAsync();
        var rule = (await _store.AddAsync(TenantId.Global, AccessFixture.Rule(server, AccessSubject.ForApiKey(key.Id)), null, Cancellation)).Value!;
        _store.AfterNextFind = async () =>
        {
            await _store.DeleteAsync(TenantId.Global, rule.Id, null, null, Cancellation);
            Rules.Remove(known => known.Id == rule.Id);
        };

        await _follower.ApplyAsync(
            new RegistryChange { Revision = 1, Tenant = TenantId.Global, Kind = RegistryChangeKind.AccessControl, Id = rule.Id, Operation = RegistryChangeOperation.Saved }, Cancellation);

        Assert.True(Rules.Current.IsEmpty);
    }
}
