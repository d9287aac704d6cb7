namespace McpRegistry.EndToEnd.Tests.Resilience;

/// <summary>Where the connection of a call is cut between the gateway and a server.</summary>
public enum CutPoint
{
    /// <summary>Nobody listens any more.</summary>
    BeforeSend,

    /// <summary>The gateway has sent the call, and nothing of it reaches the server.</summary>
    Lost,

    /// <summary>Half of the call reaches the server.</summary>
    HalfSent,

    /// <summary>The server has run the call, and nothing of its answer comes back.</summary>
    AfterSend,

    /// <summary>Half of its answer comes back.</summary>
    HalfAnswered,
}
