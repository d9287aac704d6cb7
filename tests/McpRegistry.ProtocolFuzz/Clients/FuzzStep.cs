using McpRegistry.ProtocolFuzz.Wire;

namespace McpRegistry.ProtocolFuzz.Clients;

/// <summary>One exchange of a case.</summary>
/// <param name="Draft">The request.</param>
internal sealed record FuzzStep(HttpDraft Draft)
{
    /// <summary>Gets whether the request is proper, goes to a proper server, and so must succeed.</summary>
    public bool MustSucceed { get; init; }

    /// <summary>Gets whether the next step begins while this one runs.</summary>
    public bool RunsAlongside { get; init; }

    /// <summary>Gets whether its answer may be missing, because something else in the case ends it.</summary>
    public bool MayBeEnded { get; init; }

    /// <summary>Gets how long to stay on a stream that has no end; null waits for the end.</summary>
    public TimeSpan? Patience { get; init; }
}
