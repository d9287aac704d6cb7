using McpRegistry.Tenancy;

namespace McpRegistry.Sessions;

/// <summary>A session of a client with the gateway, as the store keeps it. The id that the client knows is kept as a hash only.</summary>
public sealed record GatewaySession
{
    /// <summary>Gets the id of the row (Guid version 7), which is not the one that the client knows.</summary>
    public required Guid Id { get; init; }

    /// <summary>Gets the tenant of the caller.</summary>
    public TenantId Tenant { get; init; }

    /// <summary>Gets the hash of the id that the client sends, unique in the tenant.</summary>
    public required ReadOnlyMemory<byte> Hash { get; init; }

    /// <summary>Gets who opened the session: the same for every request of one caller, and no secret.</summary>
    public required string Principal { get; init; }

    /// <summary>Gets the user behind the caller; null when there is none.</summary>
    public Guid? UserId { get; init; }

    /// <summary>Gets the key that opened the session; null when it was opened another way.</summary>
    public Guid? ApiKeyId { get; init; }

    /// <summary>Gets the protocol version that was agreed on; null when it is not known.</summary>
    public string? ProtocolVersion { get; init; }

    /// <summary>Gets the name that the client gave; null for none. Written by the client, so never trusted.</summary>
    public string? ClientName { get; init; }

    /// <summary>Gets the version that the client gave; null for none. Written by the client, so never trusted.</summary>
    public string? ClientVersion { get; init; }

    /// <summary>Gets the address of the client; null when it is not known.</summary>
    public string? IpAddress { get; init; }

    /// <summary>Gets the User-Agent of the client; null for none. Written by the client, so never trusted.</summary>
    public string? UserAgent { get; init; }

    /// <summary>Gets when the session began, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets when the client last used the session, UTC.</summary>
    public required DateTimeOffset LastActivity { get; init; }

    /// <summary>Gets when the session ends unless it is used, UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Gets when the session was ended before its time, UTC; null while it was not.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Gets why the session was ended, for people; null when nobody said.</summary>
    public string? RevokedReason { get; init; }
}
