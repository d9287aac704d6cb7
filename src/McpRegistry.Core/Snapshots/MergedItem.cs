using McpRegistry.Discovery;
using McpRegistry.Protocol;

namespace McpRegistry.Snapshots;

/// <summary>A catalogue item on the merged endpoint.</summary>
/// <param name="Owner">The server it belongs to.</param>
/// <param name="Item">The item as its server knows it.</param>
/// <param name="Name">The name that clients use.</param>
/// <param name="Json">The entry as clients see it.</param>
/// <param name="UpstreamName">The server's own name as a JSON string, for requests to it.</param>
internal sealed record MergedItem(ServerEntry Owner, CatalogueItem Item, string Name, ReadOnlyMemory<byte> Json, ReadOnlyMemory<byte> UpstreamName)
{
    /// <summary>Gets the arguments of a tool that are mirrored into headers; null for none. A tool's new name does not change them.</summary>
    public ParameterHeaders? Parameters { get; init; }
}
