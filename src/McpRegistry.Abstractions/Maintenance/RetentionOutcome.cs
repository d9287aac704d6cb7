namespace McpRegistry.Maintenance;

/// <summary>What became of a retention run.</summary>
public enum RetentionOutcome
{
    /// <summary>It ran to its end.</summary>
    Success,

    /// <summary>There is no such policy.</summary>
    NotFound,

    /// <summary>The policy names what may not be deleted, or a value that is not allowed; nothing was touched.</summary>
    Refused,
}
