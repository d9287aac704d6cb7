using System.Collections.Immutable;
using McpRegistry.Core.Tests.Protocol;
using McpRegistry.Core.Tests.Upstream;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
using McpRegistry.Upstream;

namespace McpRegistry.Core.Tests.Snapshots;

/// <summary>Entries of a snapshot.</summary>
internal static class SnapshotSample
{
    public static ServerEntry Entry(
        string serverAlias, IEnumerable<CatalogueItem>? items = null, ServerHealth health = ServerHealth.Healthy, TenantId tenant = default,
        IServerConnections? connections = null, string capabilities = "{}", bool enabled = true)
    {
        var report = new DiscoveryReport
        {
            Health = health,
            CompletedAt = DateTimeOffset.UnixEpoch,
            HasItems = true,
            Items = [.. items ?? []],
            Capabilities = Message.Utf8(capabilities),
        };
        var fault = health == ServerHealth.Unhealthy ? new DiscoveryFault(FaultReasons.Unreachable, "down") : null;
        return new ServerEntry(
            SampleServers.Of(serverAlias, tenant: tenant) with { Enabled = enabled },
            report, new ServerCondition(health, fault, DateTimeOffset.UnixEpoch), connections ?? new NoConnections());
    }

    public static IEnumerable<CatalogueItem> Tools(int count) => Enumerable.Range(0, count).Select(i => Item(CatalogueItemKind.Tool, $"t{i}", i));

    public static CatalogueItem Item(CatalogueItemKind kind, string key, int ordinal = 0)
    {
        var name = kind switch { CatalogueItemKind.Resource => "uri", CatalogueItemKind.ResourceTemplate => "uriTemplate", _ => "name" };
        return new CatalogueItem { Kind = kind, Key = key, Ordinal = ordinal, Json = Message.Utf8($$"""{"{{name}}":{{Message.Text(McpRegistry.Protocol.JsonText.Quote(key))}},"x":1}""") };
    }

    public static TenantView View(params ServerEntry[] entries) => TenantView.Build(TenantId.Global, entries.ToImmutableDictionary(entry => entry.Server.Id));

    private sealed class NoConnections : IServerConnections
    {
        public ValueTask<LeaseResult> AcquireAsync(ISessionOwner owner, CancellationToken cancellationToken) =>
            new(new UpstreamFault(FaultReasons.Unreachable, "no connections"));

        public ValueTask<IReadOnlyList<ConnectionLease>> AcquireOpenAsync(ISessionOwner owner, CancellationToken cancellationToken) =>
            new((IReadOnlyList<ConnectionLease>)[]);

        public ValueTask<DiscoveryReport?> RereadAsync(CancellationToken cancellationToken) => new((DiscoveryReport?)null);
    }
}
