namespace McpRegistry.Servers;

/// <summary>Who may share an upstream session or process of a legacy server.</summary>
public enum SessionIsolation
{
    /// <summary>Every principal has a session of its own, which all its clients share.</summary>
    PerPrincipal,

    /// <summary>All principals share one session. Choose it for servers that keep no state of a user.</summary>
    Shared,

    /// <summary>
    /// Every session of a client has one of its own, as if the client were connected directly; clients of the stateless
    /// era, which have no sessions, share one per principal. The default: a session may hold state of its client, such as
    /// the roots of one editor window.
    /// </summary>
    PerSession,
}
