using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;

namespace McpRegistry.Snapshots;

/// <summary>A catalogue item as clients of the merged endpoint see it, whatever state its server is in.</summary>
/// <param name="Item">The item as its server knows it.</param>
/// <param name="Name">The name, URI or template that clients use.</param>
/// <param name="Json">The entry as clients see it.</param>
/// <param name="UpstreamName">The server's own name as a JSON string, for requests to it; empty where the names are the same.</param>
internal sealed record ExposedItem(CatalogueItem Item, string Name, ReadOnlyMemory<byte> Json, ReadOnlyMemory<byte> UpstreamName)
{
    /// <summary>Gets the arguments of a tool that are mirrored into headers; null for none. A tool's new name does not change them.</summary>
    public ParameterHeaders? Parameters { get; init; }

    /// <summary>Gets the entry as clients of earlier revisions see it, where the tool of a modern server has an output that they have no form for; else empty.</summary>
    public ReadOnlyMemory<byte> LegacyJson { get; init; }

    /// <summary>Shows an item as its server lists it.</summary>
    public static ExposedItem Own(CatalogueItem item) => new(item, item.Key, item.Json, default);

    /// <summary>Shows a resource or template under another URI.</summary>
    public static ExposedItem Under(CatalogueItem item, string uri, ReadOnlySpan<byte> member)
    {
        var slice = JsonMembers.Find(item.Json.Span, member);
        return new(item, uri, Put(item, slice, uri), slice.Of(item.Json));
    }

    /// <summary>Shows a tool or prompt under its name of the merged endpoint.</summary>
    public static ExposedItem Named(DiscoveryReport report, CatalogueItem item, string alias)
    {
        var name = ExposedName.Of(alias, item.Key);
        var slice = JsonMembers.Find(item.Json.Span, "name"u8);
        byte[] json = Put(item, slice, name);
        return new(item, name, json, slice.Of(item.Json))
        {
            Parameters = item.Kind == CatalogueItemKind.Tool ? AnnotatedTools.Find(report, item.Key) : null,
            LegacyJson = report.Era == ProtocolEra.Modern && item.Kind == CatalogueItemKind.Tool ? LegacyOutput.ToolOf(json) : default,
        };
    }

    private static byte[] Put(CatalogueItem item, Slice slice, string text) =>
        [.. item.Json.Span[..slice.Start], .. JsonText.Quote(text), .. item.Json.Span[slice.End..]];
}
