using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.Core.Tests.AccessControl;
using McpRegistry.Core.Tests.Gateway;
using McpRegistry.Core.Tests.Snapshots;
using McpRegistry.Discovery;
using McpRegistry.Gateway;
using McpRegistry.Sealing;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Telemetry;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.Routing;

public sealed class CallRouterTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly RegistrySnapshots _snapshots = new();
    private readonly GatewayFixture _gateway = new();

    /// <summary>The rule ends before one of the decisions, or after all of them.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100)]
    public void Route_RuleOfAccessEndsWhileTheCallIsLed_LeadsItNowhereNew(int readsBefore)
    {
        var until = _clock.GetUtcNow().AddHours(1);
        var time = new TimeOfDecisions(_clock.GetUtcNow(), until);
        var access = new AccessFixture(_snapshots, time);
        using var meter = new RegistryMeter();
        var routes = new RoutingFixture(access.Gate, new ProcessKeySealer(_clock), new GatewayOptions(), _clock, meter, _snapshots);
        var (owner, other) = (Add("a"), Add("b"));
        access.Save(AccessFixture.Rule(other.Server, AccessSubject.ForTenant(TenantId.Global)) with { EndsAt = until });
        routes.Add("""{"servers":[{"server":"b"}]}""");
        var view = _snapshots.Current.For(TenantId.Global);
        var call = _gateway.Call("tools/call", """{"name":"search"}""");
        call.Target = owner;

        time.ReadsBefore = readsBefore;
        var routed = routes.Router.Route(call, view, RouteTarget.To(owner, "search"));

        var isMoved = time.ReadsBefore >= 0;
        Assert.Equal(isMoved, ReferenceEquals(other, routed.Target.Server));
        Assert.Same(isMoved ? other : owner, call.Target);
    }

    private ServerEntry Add(string alias)
    {
        var entry = SnapshotSample.Entry(alias, [SnapshotSample.Item(CatalogueItemKind.Tool, "search")], era: ProtocolEra.Modern);
        _snapshots.Set(entry);
        return entry;
    }

    /// <summary>Says of so many decisions that they are made at one time, and of all after them at another.</summary>
    private sealed class TimeOfDecisions(DateTimeOffset first, DateTimeOffset then) : TimeProvider
    {
        public int ReadsBefore { get; set; } = int.MaxValue;

        public override DateTimeOffset GetUtcNow() => --ReadsBefore >= 0 ? first : then;
    }
}
