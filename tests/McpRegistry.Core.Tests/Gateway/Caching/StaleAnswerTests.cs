using System.Text.Json.Nodes;
using McpRegistry.AccessControl;
using McpRegistry.Core.Tests.AccessControl;
using McpRegistry.Core.Tests.Storage;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using McpRegistry.Upstream;
using Xunit;

namespace McpRegistry.Core.Tests.Gateway.Caching;

public sealed class StaleAnswerTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Failure_ByDefault_IsTold()
    {
        var gateway = await FailingAsync(TimeSpan.Zero);
        gateway.Advance(1000);

        Assert.NotNull((await gateway.ReadAsync())["error"]);
    }

    [Fact]
    public async Task Failure_Allowed_IsBridgedForThatLong()
    {
        var gateway = await FailingAsync(Minute);
        gateway.Advance(1000);

        var stale = await gateway.ReadAsync();
        Assert.Equal(CachedGateway.Keepable.Replace("1000", "0", StringComparison.Ordinal), stale["result"]!.ToJsonString());
        Assert.Equal(2, gateway.Asked);
        Assert.NotNull((await gateway.As("other").ReadAsync())["error"]);
        gateway.As("p").Advance(Minute.TotalMilliseconds);
        Assert.NotNull((await gateway.ReadAsync())["error"]);
        Assert.Equal(0, gateway.Fixture.Cache.Count);
    }

    [Fact]
    public async Task Error_OfTheServerItself_IsTold()
    {
        var gateway = await FailingAsync(Minute);
        gateway.Advance(1000);
        gateway.Answers = static () => new(Upstream.FakeConnection.Error(-32602));

        Assert.NotNull((await gateway.ReadAsync())["error"]);
    }

    [Fact]
    public async Task Absence_Allowed_IsBridgedUnlessTheServerIsSwitchedOff()
    {
        var gateway = await FailingAsync(Minute);
        gateway.Advance(1000);
        gateway.Fixture.Snapshots.Change(gateway.Id, static entry => entry with { Condition = entry.Condition with { Health = ServerHealth.Unhealthy } });
        Assert.Equal(0, (int)(await gateway.ReadAsync())["result"]!["ttlMs"]!);

        gateway.Fixture.Snapshots.Change(gateway.Id, static entry => entry with { Server = entry.Server with { Enabled = false } });

        Assert.NotNull((await gateway.ReadAsync())["error"]);
    }

    /// <summary>On the merged endpoint the server is known by the name or URI only, also while it is away.</summary>
    [Fact]
    public async Task Absence_OnTheMergedEndpoint_IsBridgedToo()
    {
        var gateway = new CachedGateway { Fixture = { CacheOptions = { StaleOnError = Minute } } };
        gateway.Fixture.Snapshots.Change(gateway.Id, static entry => entry with
        {
            Report = entry.Report! with { Items = [Snapshots.SnapshotSample.Item(CatalogueItemKind.Resource, "u:1")] },
        });
        Assert.IsType<JsonObject>((await ReadAsync(gateway, "u:1"))["result"]);
        gateway.Advance(1000);
        gateway.Fixture.Snapshots.Change(gateway.Id, static entry => entry with { Condition = entry.Condition with { Health = ServerHealth.Unhealthy } });

        Assert.Equal(0, (int)(await ReadAsync(gateway, "u:1"))["result"]!["ttlMs"]!);
        Assert.Equal("unknown_resource", (string?)(await ReadAsync(gateway, "v:1"))["error"]!["data"]!["reason"]);
        Assert.Equal(1, gateway.Asked);
    }

    /// <summary>What was kept of a server is only for those who may ask it.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("up")]
    public async Task Absence_CallerMayNotReadAnyMore_IsNotBridged(string? at)
    {
        var tenant = new TenantId(new Guid(7, 0, 0, new byte[8]));
        var gateway = new CachedGateway(tenant) { Fixture = { CacheOptions = { StaleOnError = Minute } } };
        gateway.Fixture.Snapshots.Change(gateway.Id, static entry => entry with
        {
            Report = entry.Report! with { Items = [Snapshots.SnapshotSample.Item(CatalogueItemKind.Resource, "u:1")] },
        });
        Assert.NotNull((await ReadAsync(gateway, "u:1", at))["result"]);
        gateway.Advance(1000);
        gateway.Fixture.Snapshots.Change(gateway.Id, static entry => entry with { Condition = entry.Condition with { Health = ServerHealth.Unhealthy } });
        Assert.NotNull((await ReadAsync(gateway, "u:1", at))["result"]);

        gateway.Fixture.Rules.Save(AccessFixture.Rule(gateway.Entry.Server, AccessSubject.ForTenant(tenant)) with { DeniedMethods = ["resources/read"] });

        Assert.Equal("access_denied", (string?)(await ReadAsync(gateway, "u:1", at))["error"]!["data"]!["reason"]);
    }

    [Fact]
    public async Task Changed_Announced_IsNotGiven()
    {
        var gateway = await FailingAsync(Minute);

        gateway.Fixture.Cache.Changed(gateway.Id, McpMethod.ResourcesListChanged);

        Assert.NotNull((await gateway.ReadAsync())["error"]);
    }

    private static Task<JsonObject> ReadAsync(CachedGateway gateway, string uri, string? at = null) =>
        gateway.Fixture.HandleAsync("resources/read", $$"""{"uri":"{{uri}}",{{GatewayFixture.Envelope}}}""", ProtocolEra.Modern, at);

    /// <summary>A server that answered once and then no more.</summary>
    private static async Task<CachedGateway> FailingAsync(TimeSpan allowed)
    {
        var gateway = new CachedGateway { Fixture = { CacheOptions = { StaleOnError = allowed } } };
        Assert.IsType<JsonObject>((await gateway.ReadAsync())["result"]);
        gateway.Answers = static () => new(UpstreamReply.Failed(FaultReasons.Unreachable, "down"));
        return gateway;
    }
}
