using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;

namespace McpRegistry.Snapshots;

/// <summary>A catalogue item on the merged endpoint.</summary>
/// <param name="Owner">The server it belongs to.</param>
/// <param name="Exposed">The item as clients see it.</param>
internal sealed record MergedItem(ServerEntry Owner, ExposedItem Exposed)
{
    /// <summary>Gets the item as its server knows it.</summary>
    public CatalogueItem Item => Exposed.Item;

    public string Name => Exposed.Name;

    public ReadOnlyMemory<byte> Json => Exposed.Json;

    public ReadOnlyMemory<byte> UpstreamName => Exposed.UpstreamName;

    public ParameterHeaders? Parameters => Exposed.Parameters;

    /// <summary>Gets the entry as clients of an era see it.</summary>
    public ReadOnlyMemory<byte> JsonFor(ProtocolEra era) => era == ProtocolEra.Legacy && !Exposed.LegacyJson.IsEmpty ? Exposed.LegacyJson : Json;
}
