using McpRegistry.Upstream;

namespace McpRegistry.Supervision;

/// <summary>The endpoint that a call was given, and whether its circuit breaker let it in.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="IsOpen">Whether the call may go there.</param>
/// <param name="Probe">The probe that the call is; 0 for none.</param>
internal readonly record struct EndpointEntry(SupervisedEndpoint Endpoint, bool IsOpen, long Probe)
{
    /// <summary>Gets the session that is about to be opened there, until the caller takes it back; null when there is none.</summary>
    public SessionKey? Placed { get; init; }

    /// <summary>Gets a value that tells whether the session of whoever asks is lost, and that it is to know.</summary>
    public bool IsLost { get; init; }

    /// <summary>
    /// Gets a value that tells whether it was chosen when no connected endpoint had sessions. Where it turns out to have some, it must be chosen anew: by then the session
    /// of whoever asks may be open elsewhere, and there would be two.
    /// </summary>
    public bool IgnoresSessions { get; init; }

    /// <summary>Asks an endpoint's breaker.</summary>
    public static EndpointEntry Of(SupervisedEndpoint endpoint) => new(endpoint, endpoint.Load.Breaker.TryEnter(out var probe), probe);
}
