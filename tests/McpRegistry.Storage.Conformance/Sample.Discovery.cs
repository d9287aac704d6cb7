using McpRegistry.Discovery;

namespace McpRegistry.Storage.Conformance;

public static partial class Sample
{
    public static CatalogueItem Resource(string uri, int ordinal = 0) => Item(CatalogueItemKind.Resource, uri, ordinal);

    public static CatalogueItem Template(string uri, int ordinal = 0) => Item(CatalogueItemKind.ResourceTemplate, uri, ordinal);

    public static CatalogueItem Prompt(string name, int ordinal = 0) => Item(CatalogueItemKind.Prompt, name, ordinal);
}
