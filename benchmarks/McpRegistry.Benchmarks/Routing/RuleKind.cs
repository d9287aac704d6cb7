namespace McpRegistry.Benchmarks.Routing;

/// <summary>What the rules of a sample are about, each of a value of its own.</summary>
internal enum RuleKind
{
    /// <summary>The tool, by which rules are looked up.</summary>
    Tool,

    /// <summary>A header, by which rules are looked up.</summary>
    Header,

    /// <summary>A value among the arguments; such rules are asked one by one.</summary>
    Argument,
}
