namespace McpRegistry.Snapshots;

/// <summary>The lists whose changes are announced. Resource templates have no announcement of their own; they count as resources.</summary>
[Flags]
internal enum ListKinds
{
    None = 0,
    Tools = 1,
    Prompts = 2,
    Resources = 4,
    All = Tools | Prompts | Resources,
}
