namespace McpRegistry.Servers;

/// <summary>Whether a server can be used.</summary>
public enum ServerHealth
{
    /// <summary>Not asked yet.</summary>
    Unknown,

    /// <summary>It answered everything it was asked.</summary>
    Healthy,

    /// <summary>It answers, but not everything: a list failed or was cut.</summary>
    Degraded,

    /// <summary>It does not answer.</summary>
    Unhealthy,

    /// <summary>The operator has taken it out; it gets no new call.</summary>
    Maintenance,
}
