namespace McpRegistry.Analytics;

/// <summary>What was used.</summary>
public enum UsageSubject
{
    /// <summary>A server.</summary>
    Server,

    /// <summary>An API key.</summary>
    ApiKey,

    /// <summary>A tool of a server.</summary>
    Tool,

    /// <summary>A resource of a server.</summary>
    Resource,

    /// <summary>A resource template of a server.</summary>
    ResourceTemplate,

    /// <summary>A prompt of a server.</summary>
    Prompt,
}
