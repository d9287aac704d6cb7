namespace McpRegistry.ConformanceServer.Changes;

internal enum ChangeKind
{
    Tools,
    Prompts,
    Resources,
    Resource,
    Task,
}
