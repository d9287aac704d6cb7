namespace McpRegistry.Servers;

/// <summary>Who may share an upstream session or process of a legacy server.</summary>
public enum SessionIsolation
{
    /// <summary>Every principal has a session of its own. The default: a session may hold state of its user.</summary>
    PerPrincipal,

    /// <summary>All principals share one session. Choose it for servers that keep no state of a user.</summary>
    Shared,
}
