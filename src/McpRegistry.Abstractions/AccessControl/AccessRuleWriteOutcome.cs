namespace McpRegistry.AccessControl;

/// <summary>What came of a change to an access rule.</summary>
public enum AccessRuleWriteOutcome
{
    /// <summary>The change is stored and in force.</summary>
    Success,

    /// <summary>The definition has faults; nothing was written.</summary>
    Invalid,

    /// <summary>The tenant has no such rule.</summary>
    NotFound,

    /// <summary>The rule has changed since the version that was named.</summary>
    Stale,
}
