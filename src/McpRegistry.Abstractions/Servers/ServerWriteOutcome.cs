namespace McpRegistry.Servers;

/// <summary>What became of a change of the registry.</summary>
public enum ServerWriteOutcome
{
    /// <summary>It took place.</summary>
    Success,

    /// <summary>The definition has faults.</summary>
    Invalid,

    /// <summary>The tenant has no such server.</summary>
    NotFound,

    /// <summary>Another server has the name or alias.</summary>
    Conflict,

    /// <summary>The server changed since the caller read it.</summary>
    Stale,

    /// <summary>The server is declared in configuration or code and is changed there.</summary>
    NotEditable,

    /// <summary>The tenant has as many servers as it may have.</summary>
    LimitReached,
}
