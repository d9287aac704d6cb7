namespace McpRegistry.Balancing;

/// <summary>Whether an endpoint can get a call, and why not. The names are part of <c>router/explain</c>.</summary>
internal enum EndpointState
{
    /// <summary>The policy chooses among these; where there is one only, it is asked.</summary>
    Candidate,

    /// <summary>It is not connected.</summary>
    NotConnected,

    /// <summary>It has no weight, so calls do not go there unless a rule names it.</summary>
    NoWeight,

    /// <summary>It speaks another era of the protocol than the first endpoint, whose catalogue is that of the server.</summary>
    OtherEra,

    /// <summary>Too many of its calls failed.</summary>
    Unhealthy,

    /// <summary>Its circuit breaker lets no call through.</summary>
    CircuitOpen,

    /// <summary>It said that it wants to be left alone for a time, as by HTTP 429.</summary>
    Refusing,

    /// <summary>It is in another zone than this replica, in whose own zone enough are usable.</summary>
    OtherZone,

    /// <summary>A rule names another endpoint.</summary>
    NotNamed,

    /// <summary>Such calls are not spread: they go to the first endpoint that is connected.</summary>
    NotFirst,
}
