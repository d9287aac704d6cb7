namespace McpRegistry.Balancing;

/// <summary>What the calls of this replica say of an endpoint.</summary>
internal enum EndpointCondition
{
    /// <summary>It answers.</summary>
    Healthy,

    /// <summary>It fails or lags now and then, or is on trial after it was unhealthy, and gets half of its share.</summary>
    Degraded,

    /// <summary>It fails so often that it gets no call while another endpoint is usable.</summary>
    Unhealthy,
}
