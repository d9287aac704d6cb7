using McpRegistry.Tenancy;

namespace McpRegistry.ApiKeys;

/// <summary>A key as the store keeps it. The secret itself is never stored.</summary>
public sealed record ApiKey
{
    /// <summary>Gets the id (Guid version 7).</summary>
    public required Guid Id { get; init; }

    /// <summary>Gets the tenant whose rows the key reaches.</summary>
    public TenantId Tenant { get; init; }

    /// <summary>Gets the name for people, unique in the tenant, 1 to 200 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the public part by which a presented key is looked up; unique over all tenants.</summary>
    public required string LookupId { get; init; }

    /// <summary>Gets the random bytes that are hashed with the key.</summary>
    public required ReadOnlyMemory<byte> Salt { get; init; }

    /// <summary>Gets the keyed hash of the whole key.</summary>
    public required ReadOnlyMemory<byte> Hash { get; init; }

    /// <summary>Gets the last four characters, for people to tell keys apart.</summary>
    public required string LastFour { get; init; }

    /// <summary>Gets what the key may do.</summary>
    public required ApiKeyScope Scopes { get; init; }

    /// <summary>Gets when the key was created, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets when the key ends, UTC; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Gets when the key was revoked, UTC; null while it is valid.</summary>
    public DateTimeOffset? RevokedAt { get; init; }
}
