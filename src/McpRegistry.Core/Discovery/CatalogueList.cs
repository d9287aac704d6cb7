using McpRegistry.Protocol;

namespace McpRegistry.Discovery;

/// <summary>The four lists of a server: how each is asked for and how its entries are named.</summary>
internal sealed record CatalogueList(CatalogueItemKind Kind, McpMethod Method, string Capability, string Array, string Key)
{
    public static CatalogueList Tools { get; } = new(CatalogueItemKind.Tool, McpMethod.ToolsList, "tools", "tools", "name");

    public static CatalogueList Resources { get; } = new(CatalogueItemKind.Resource, McpMethod.ResourcesList, "resources", "resources", "uri");

    public static CatalogueList Templates { get; } =
        new(CatalogueItemKind.ResourceTemplate, McpMethod.ResourceTemplatesList, "resources", "resourceTemplates", "uriTemplate");

    public static CatalogueList Prompts { get; } = new(CatalogueItemKind.Prompt, McpMethod.PromptsList, "prompts", "prompts", "name");

    public static IReadOnlyList<CatalogueList> All { get; } = [Tools, Resources, Templates, Prompts];

    public byte[] ArrayName { get; } = System.Text.Encoding.UTF8.GetBytes(Array);

    public byte[] KeyName { get; } = System.Text.Encoding.UTF8.GetBytes(Key);

    public byte[] CapabilityName { get; } = System.Text.Encoding.UTF8.GetBytes(Capability);
}
