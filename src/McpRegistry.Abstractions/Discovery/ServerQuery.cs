using System.Collections.Immutable;
using McpRegistry.Servers;

namespace McpRegistry.Discovery;

/// <summary>
/// What is asked of <see cref="IServerSearch"/>. A server must meet every condition; one that is empty or null asks for
/// nothing. Repeats change nothing, and no character is a wildcard.
/// </summary>
public sealed record ServerQuery
{
    /// <summary>The largest <see cref="Limit"/>.</summary>
    public const int LargestLimit = 1000;

    /// <summary>The most names or texts of one condition.</summary>
    public const int MostTerms = 20;

    /// <summary>Gets the names of tools that a server must all have (exact).</summary>
    /// <exception cref="ArgumentException">There are more than <see cref="MostTerms"/>.</exception>
    public ImmutableArray<string> Tools { get; init => field = Bounded(value, nameof(Tools)); } = [];

    /// <summary>Gets the names of prompts that a server must all have (exact).</summary>
    /// <exception cref="ArgumentException">There are more than <see cref="MostTerms"/>.</exception>
    public ImmutableArray<string> Prompts { get; init => field = Bounded(value, nameof(Prompts)); } = [];

    /// <summary>
    /// Gets texts of which at least one must be contained in the URI of a resource, or in the URI template of a resource
    /// template, of the server. Case counts.
    /// </summary>
    /// <exception cref="ArgumentException">There are more than <see cref="MostTerms"/>.</exception>
    public ImmutableArray<string> Resources { get; init => field = Bounded(value, nameof(Resources)); } = [];

    /// <summary>Gets the labels that a server must all have (exact).</summary>
    /// <exception cref="ArgumentException">There are more than <see cref="MostTerms"/>.</exception>
    public ImmutableArray<string> Tags { get; init => field = Bounded(value, nameof(Tags)); } = [];

    /// <summary>Gets the states of health of which a server must have one.</summary>
    public ImmutableArray<ServerHealth> Health { get; init; } = [];

    /// <summary>Gets the transport that at least one endpoint must have; null for any.</summary>
    public TransportKind? Transport { get; init; }

    /// <summary>Gets the user who must own the server; null for anybody and nobody.</summary>
    public Guid? Owner { get; init; }

    /// <summary>Gets the text that the name or the description must contain, ignoring case; null for any.</summary>
    public string? Text { get; init; }

    /// <summary>Gets a value that tells whether servers that are switched off are found too. Default false.</summary>
    public bool IncludeDisabled { get; init; }

    /// <summary>Gets the user who looks, and therefore sees what is private to that user; null for nobody in particular.</summary>
    public Guid? Viewer { get; init; }

    /// <summary>Gets the order. Default <see cref="ServerSort.Discovery"/>.</summary>
    public ServerSort Sort { get; init; }

    /// <summary>Gets a value that tells whether the whole order is turned round. Default false.</summary>
    public bool Descending { get; init; }

    /// <summary>Gets the most servers to return, 1 to <see cref="LargestLimit"/>. Default 50.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>Gets where to continue: <see cref="ServerPage.Next"/> of the page before; null starts at the beginning.</summary>
    public ServerPosition? After { get; init; }

    /// <summary>
    /// Gets a value that tells whether <see cref="FoundServer.Matches"/> is filled, which may cost one more round trip to
    /// the store. Default false.
    /// </summary>
    public bool IncludeMatches { get; init; }

    /// <summary>
    /// Gets a value that tells whether <see cref="ServerPage.Total"/> is counted, which visits every server that fits.
    /// Default false.
    /// </summary>
    public bool IncludeTotal { get; init; }

    private static ImmutableArray<string> Bounded(ImmutableArray<string> terms, string name) => terms.IsDefault || terms.Length <= MostTerms
        ? terms
        : throw new ArgumentException($"A search takes at most {MostTerms} terms of one kind.", name);
}
