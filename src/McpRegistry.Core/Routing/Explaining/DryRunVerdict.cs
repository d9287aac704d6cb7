namespace McpRegistry.Routing.Explaining;

/// <summary>What rules would have said about a recorded request. The names are part of the answers of a dry run.</summary>
internal enum DryRunVerdict
{
    /// <summary>It would go where it goes without rules.</summary>
    Default,

    /// <summary>A rule would decide about it.</summary>
    Rule,

    /// <summary>The log lacks what a rule asks for.</summary>
    Undecided,
}
