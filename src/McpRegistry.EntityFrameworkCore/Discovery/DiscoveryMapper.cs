using McpRegistry.Discovery;
using McpRegistry.EntityFrameworkCore.Storage;

namespace McpRegistry.EntityFrameworkCore.Discovery;

internal static class DiscoveryMapper
{
    public static void Apply(DiscoveryEntity entity, DiscoveryReport report)
    {
        entity.HealthStatus = report.Health;
        entity.CompletedAt = StoredTime.Normalize(report.CompletedAt);
        entity.DurationMicroseconds = StoredTime.ToMicroseconds(report.Duration);
        entity.Faults = report.Faults.IsDefault ? [] : [.. report.Faults];
        entity.ProtocolEra = report.Era;
        entity.ProtocolVersion = report.ProtocolVersion;
        entity.ServerInfo = report.ServerInfo.ToArray();
        entity.Capabilities = report.Capabilities.ToArray();
        entity.Instructions = report.Instructions;
        entity.HasItems = report.HasItems;
    }

    public static DiscoveryReport ToRecord(DiscoveryEntity entity, IEnumerable<CatalogueItem> items) => new()
    {
        Health = entity.HealthStatus,
        CompletedAt = entity.CompletedAt,
        Duration = StoredTime.FromMicroseconds(entity.DurationMicroseconds),
        Faults = [.. entity.Faults],
        Era = entity.ProtocolEra,
        ProtocolVersion = entity.ProtocolVersion,
        ServerInfo = entity.ServerInfo,
        Capabilities = entity.Capabilities,
        Instructions = entity.Instructions,
        HasItems = entity.HasItems,
        Items =
        [
            .. items
                .OrderBy(item => item.Kind)
                .ThenBy(item => item.Ordinal)
                .ThenBy(item => item.Key, StringComparer.Ordinal),
        ],
    };
}
