namespace McpRegistry.Resilience;

/// <summary>In which order calls that wait for a server are sent.</summary>
public enum CallPriority
{
    /// <summary>After all others.</summary>
    Low,

    /// <summary>The usual one.</summary>
    Normal,

    /// <summary>Before all others.</summary>
    High,
}
