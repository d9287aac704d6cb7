namespace McpRegistry.Balancing;

/// <summary>An endpoint that a call could go to.</summary>
/// <param name="Load">What is known of it.</param>
/// <param name="State">Whether it can get the call.</param>
internal readonly record struct ExplainedEndpoint(EndpointLoad Load, EndpointState State);
