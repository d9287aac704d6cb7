using McpRegistry.Upstream;

namespace McpRegistry.Balancing;

/// <summary>Over which endpoints of a server a call would be spread.</summary>
/// <param name="Policy">The policy that chooses among the candidates.</param>
/// <param name="Endpoints">All endpoints of the server, in its order.</param>
/// <param name="Chosen">The one that would be asked; null where that is a matter of turns, chance or load.</param>
internal sealed record ExplainedSpread(string Policy, IReadOnlyList<ExplainedEndpoint> Endpoints, Guid? Chosen)
{
    /// <summary>Gets why the call is sent to none, as the breakers of all that could take it are open; null when one lets it through.</summary>
    public UpstreamFault? Refused { get; init; }
}
