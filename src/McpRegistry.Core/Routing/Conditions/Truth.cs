namespace McpRegistry.Routing.Conditions;

/// <summary>Whether a condition holds. Only a dry run, over what a log has kept, meets the unknown.</summary>
internal enum Truth
{
    No,
    Unknown,
    Yes,
}
