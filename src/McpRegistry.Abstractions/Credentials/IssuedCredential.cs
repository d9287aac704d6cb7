using System.Collections.Immutable;

namespace McpRegistry.Credentials;

/// <summary>What an <see cref="IUpstreamCredentialProvider"/> gives.</summary>
public sealed class IssuedCredential
{
    /// <summary>Gets the headers that every request gets. Those that belong to HTTP or MCP itself are left out.</summary>
    public required ImmutableDictionary<string, string> Headers { get; init; }

    /// <summary>Gets when it ends; null (the default) when only a refusal tells.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
