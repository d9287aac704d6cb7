namespace McpRegistry.Upstream;

/// <summary>On whose behalf a connection is borrowed; decides which sessions of a legacy server it may use.</summary>
internal interface ISessionOwner
{
    /// <summary>Gets the principal; no two of them ever share state that is theirs.</summary>
    string Principal { get; }

    /// <summary>Gets what a legacy server is told of the client. Asked for only where it matters.</summary>
    ClientProfile Profile { get; }

    /// <summary>Gets the client's own session; null in the stateless era.</summary>
    string? SessionId { get; }

    /// <summary>Gets a token that is cancelled when that session ends.</summary>
    CancellationToken SessionEnded { get; }
}
