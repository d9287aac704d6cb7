namespace McpRegistry.Protocol;

/// <summary>The methods and notifications that the gateway tells apart.</summary>
internal enum McpMethod
{
    Unknown,
    Discover,
    Initialize,
    Ping,
    ToolsList,
    ToolsCall,
    ResourcesList,
    ResourceTemplatesList,
    ResourcesRead,
    ResourcesSubscribe,
    ResourcesUnsubscribe,
    PromptsList,
    PromptsGet,
    Complete,
    SetLogLevel,
    Listen,
    Initialized,
    Cancelled,
    Progress,
    LogMessage,
    RootsListChanged,
    ToolsListChanged,
    ResourcesListChanged,
    PromptsListChanged,
    ResourceUpdated,
    SubscriptionAcknowledged,
}
