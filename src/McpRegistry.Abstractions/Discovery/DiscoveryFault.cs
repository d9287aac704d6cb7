namespace McpRegistry.Discovery;

/// <summary>One thing that went wrong while a server was read.</summary>
/// <param name="Reason">A stable code from <see cref="FaultReasons"/>.</param>
/// <param name="Message">What happened and what to do about it; no secret and no stack trace.</param>
public sealed record DiscoveryFault(string Reason, string Message);
