using McpRegistry.AccessControl;

namespace McpRegistry.AspNetCore.AccessControl;

/// <summary>What is to be explained.</summary>
/// <param name="Subject">Whose call; null for the caller's own.</param>
/// <param name="Server">The alias or id of the server.</param>
/// <param name="Method">The wire name of the method.</param>
/// <param name="Tool">The server's own name of the tool; null for none.</param>
/// <param name="At">When.</param>
internal sealed record ExplainRequest(AccessSubject? Subject, string Server, string Method, string? Tool, DateTimeOffset At);
