namespace McpRegistry.Protocol;

/// <summary>The extensions that the gateway knows.</summary>
internal static class ExtensionNames
{
    /// <summary>Calls that go on after their answer (SEP-2663). Of modern sides only; earlier revisions have other tasks.</summary>
    public const string Tasks = MetaKeys.Prefix + "tasks";

    /// <summary>MCP Apps: tools with a user interface.</summary>
    public const string Apps = MetaKeys.Prefix + "ui";
}
