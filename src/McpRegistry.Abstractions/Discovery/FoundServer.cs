using System.Collections.Immutable;
using McpRegistry.Servers;

namespace McpRegistry.Discovery;

/// <summary>One server that a search found.</summary>
/// <param name="Stored">The server and its last discovery, whose items are left out.</param>
/// <param name="Health">The health by which it was found and ordered; unknown before the first discovery.</param>
/// <param name="Statistics">What was measured on it.</param>
/// <param name="Matches">
/// The tools, prompts, resources and resource templates that the query named, ordered by kind, ordinal and key; empty
/// unless <see cref="ServerQuery.IncludeMatches"/> asked for them.
/// </param>
public sealed record FoundServer(
    StoredServer Stored, ServerHealth Health, ServerStatistics Statistics, ImmutableArray<CatalogueItem> Matches);
