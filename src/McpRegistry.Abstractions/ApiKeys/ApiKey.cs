using System.Collections.Immutable;
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

    /// <summary>Gets why the key was revoked, for people; null when nobody said.</summary>
    public string? RevokedReason { get; init; }

    /// <summary>
    /// Gets a value that tells whether the key is switched on. Default true; unlike a revocation, off can be undone. Stores
    /// switch a revoked key off.
    /// </summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Gets the text for people; null when there is none.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the user who owns the key; null when the tenant itself does.</summary>
    public Guid? Owner { get; init; }

    /// <summary>Gets the servers that the key reaches; none (the default) for all.</summary>
    public ImmutableArray<Guid> AllowedServers { get; init; } = [];

    /// <summary>Gets the MCP methods that the key may call; none (the default) for all.</summary>
    public ImmutableArray<string> AllowedMethods { get; init; } = [];

    /// <summary>Gets the addresses and networks (CIDR) that the key may be used from; none (the default) for all.</summary>
    public ImmutableArray<string> AllowedAddresses { get; init; } = [];

    /// <summary>Gets the most calls an hour, at least 1; null (the default) for no limit of its own.</summary>
    public int? LimitPerHour { get; init; }

    /// <summary>Gets the most calls a day, at least 1; null (the default) for no limit of its own.</summary>
    public int? LimitPerDay { get; init; }

    /// <summary>Gets the key that this one replaces; null when it replaces none.</summary>
    public Guid? RotatedFrom { get; init; }

    /// <summary>
    /// Gets the concurrency token: the store raises it with every update and refuses an update that carries an older one.
    /// Use, failed attempts and locks leave it as it is.
    /// </summary>
    public long Version { get; init; }
}
