using System.Collections.Immutable;

namespace McpRegistry.Discovery;

/// <summary>A page of the servers that a search found.</summary>
/// <param name="Servers">The servers in the order of the query.</param>
/// <param name="Next">Where the next page begins; null when this is the last.</param>
/// <param name="Total">How many servers fit on all pages; null unless <see cref="ServerQuery.IncludeTotal"/> asked for it.</param>
public sealed record ServerPage(ImmutableArray<FoundServer> Servers, ServerPosition? Next, long? Total);
