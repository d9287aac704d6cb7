using System.Collections.Immutable;

namespace McpRegistry.ApiKeys;

/// <summary>What a user says about a key; the rest is the registry's matter.</summary>
public sealed record ApiKeyDefinition
{
    /// <summary>Gets the name for people, unique in the tenant, 1 to 200 characters.</summary>
    public string? Name { get; init; }

    /// <summary>Gets the text for people, up to 2,000 characters; null for none.</summary>
    public string? Description { get; init; }

    /// <summary>Gets what the key may do: at least one scope, and none that its maker lacks.</summary>
    public ApiKeyScope Scopes { get; init; }

    /// <summary>Gets a value that tells whether the key is switched on. Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Gets when the key ends, UTC, in the future; null (the default) for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Gets the user of the tenant who owns the key; null (the default) for none.</summary>
    public Guid? Owner { get; init; }

    /// <summary>Gets the servers that the key reaches, up to 1,000; none (the default) for all.</summary>
    public ImmutableArray<Guid> AllowedServers { get; init; } = [];

    /// <summary>Gets the MCP methods that the key may call, by their wire names; none (the default) for all.</summary>
    public ImmutableArray<string> AllowedMethods { get; init; } = [];

    /// <summary>Gets the addresses and networks (CIDR) that the key may be used from, up to 1,000; none (the default) for all.</summary>
    public ImmutableArray<string> AllowedAddresses { get; init; } = [];

    /// <summary>Gets the most calls an hour, at least 1; null (the default) for no limit of its own.</summary>
    public int? LimitPerHour { get; init; }

    /// <summary>Gets the most calls a day, at least 1; null (the default) for no limit of its own.</summary>
    public int? LimitPerDay { get; init; }
}
