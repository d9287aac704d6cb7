using System.Collections.Immutable;
using McpRegistry.Servers;

namespace McpRegistry.Discovery;

/// <summary>What one discovery of a server found, or why it failed.</summary>
public sealed record DiscoveryReport
{
    /// <summary>Gets whether the server is well, as far as this discovery can tell.</summary>
    public required ServerHealth Health { get; init; }

    /// <summary>Gets when the discovery ended, UTC.</summary>
    public required DateTimeOffset CompletedAt { get; init; }

    /// <summary>Gets how long it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Gets the faults, in the order they were met; empty when all went well.</summary>
    public ImmutableArray<DiscoveryFault> Faults { get; init; } = [];

    /// <summary>Gets the era the server speaks; null when it could not be asked.</summary>
    public ProtocolEra? Era { get; init; }

    /// <summary>Gets the negotiated revision, for example <c>2025-11-25</c>; null when it could not be asked.</summary>
    public string? ProtocolVersion { get; init; }

    /// <summary>Gets <c>serverInfo</c> as the server sent it (JSON object, UTF-8); empty when it sent none.</summary>
    public ReadOnlyMemory<byte> ServerInfo { get; init; }

    /// <summary>Gets <c>capabilities</c> as the server sent them (JSON object, UTF-8); empty when it sent none.</summary>
    public ReadOnlyMemory<byte> Capabilities { get; init; }

    /// <summary>Gets the server's instructions for models; null when it gave none.</summary>
    public string? Instructions { get; init; }

    /// <summary>Gets a value that tells whether <see cref="Items"/> is a whole catalogue. False when the server could not be read.</summary>
    public bool HasItems { get; init; }

    /// <summary>Gets the catalogue, ordered by kind and <see cref="CatalogueItem.Ordinal"/>.</summary>
    public ImmutableArray<CatalogueItem> Items { get; init; } = [];
}
