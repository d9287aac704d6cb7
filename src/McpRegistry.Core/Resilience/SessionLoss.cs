namespace McpRegistry.Resilience;

/// <summary>What becomes of a client whose session at a server is lost, with what the server kept in it.</summary>
public enum SessionLoss
{
    /// <summary>Another one is opened, elsewhere if need be, and the client is not told. For servers that keep nothing that matters.</summary>
    Reopen = 0,

    /// <summary>
    /// The client is told to start over: a session of its own ends with HTTP 404, so that it initializes again (2025-11-25, session management); one
    /// of the stateless revisions gets the error <c>session_lost</c> once.
    /// </summary>
    End = 1,
}
