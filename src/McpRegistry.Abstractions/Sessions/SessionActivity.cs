namespace McpRegistry.Sessions;

/// <summary>The last sign of life of a session.</summary>
/// <param name="SessionId">The row of the session.</param>
/// <param name="LastActivity">When the client used it, UTC.</param>
/// <param name="ExpiresAt">When it ends unless it is used again, UTC.</param>
public sealed record SessionActivity(Guid SessionId, DateTimeOffset LastActivity, DateTimeOffset ExpiresAt);
