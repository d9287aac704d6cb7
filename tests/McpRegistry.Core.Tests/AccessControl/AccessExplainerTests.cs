using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.Core.Tests.ApiKeys;
using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Core.Tests.Storage;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Core.Tests.AccessControl;

/// <summary>Which of several servers of one alias is explained: the one that the gateway shows.</summary>
public sealed class AccessExplainerTests : IAsyncDisposable
{
    private static readonly TenantId Guest = new(new Guid(1, 0, 0, new byte[8]));

    private readonly KeyWorld _world = new();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public void FindServer_SeveralSharedOnesOfOneAlias_IsTheOneThatTheGatewayShows()
    {
        var snapshots = _world.Get<RegistrySnapshots>();
        for (var i = 16; i > 0; i--)
        {
            var entry = SnapshotSample.Entry("same", SnapshotSample.Tools(1), tenant: new TenantId(new Guid(100 + i, 0, 0, new byte[8])));
            snapshots.Set(entry with { Server = entry.Server with { Id = new Guid(i, 7, 7, new byte[8]), Visibility = ServerVisibility.Public } });
        }

        var gate = new AccessGate(snapshots, _world.Get<AccessRules>(), _world.Clock);
        var caller = AccessFixture.Caller(Guest, key: new Guid(5, 5, 5, new byte[8]));
        var explainer = CreateExplainer();
        Assert.Equal(gate.ViewOf(caller).Find("same")!.Server.Id, Find(caller));
        Assert.Equal(new Guid(1, 7, 7, new byte[8]), Find(null));

        var first = snapshots.Current.Servers[new Guid(1, 7, 7, new byte[8])].Server;
        _world.Get<AccessRules>().Save([AccessFixture.Rule(first, AccessSubject.ForUser(Guid.CreateVersion7())) with { Tenant = Guest }]);
        Assert.NotEqual(first.Id, gate.ViewOf(caller).Find("same")!.Server.Id);
        Assert.Equal(gate.ViewOf(caller).Find("same")!.Server.Id, Find(caller));

        Guid? Find(Caller? about) => explainer.FindServer(Guest, about, "same", _world.Clock.GetUtcNow())?.Server.Id;
    }

    private AccessExplainer CreateExplainer() => new(
        _world.Get<RegistrySnapshots>(), _world.Get<AccessRules>(), _world.Tenants, _world.Get<ApiKeyLoader>());
}
