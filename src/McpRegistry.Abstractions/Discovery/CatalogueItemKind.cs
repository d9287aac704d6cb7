namespace McpRegistry.Discovery;

/// <summary>What a server can list.</summary>
public enum CatalogueItemKind
{
    /// <summary>An entry of <c>tools/list</c>; its key is the tool's name.</summary>
    Tool,

    /// <summary>An entry of <c>resources/list</c>; its key is the URI.</summary>
    Resource,

    /// <summary>An entry of <c>resources/templates/list</c>; its key is the URI template.</summary>
    ResourceTemplate,

    /// <summary>An entry of <c>prompts/list</c>; its key is the prompt's name.</summary>
    Prompt,
}
