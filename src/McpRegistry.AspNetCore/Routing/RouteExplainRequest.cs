using System.Net;

namespace McpRegistry.AspNetCore.Routing;

/// <summary>The call that is to be explained.</summary>
/// <param name="TenantId">The tenant of the caller; null for the asker's.</param>
/// <param name="KeyId">The key that calls; null for none.</param>
/// <param name="UserId">The user who calls; null for none.</param>
/// <param name="IsTenant">Whether somebody of the tenant calls, of whom nothing else is known.</param>
/// <param name="Alias">The endpoint of one server; null for the merged one.</param>
/// <param name="Method">The MCP method.</param>
/// <param name="Name">The tool or prompt as the client names it; null for none.</param>
/// <param name="Uri">The resource as the client names it; null for none.</param>
/// <param name="Arguments">The arguments as JSON; null for none.</param>
/// <param name="Headers">The headers that the client sends.</param>
/// <param name="Address">Where the call comes from; null when that is not known.</param>
/// <param name="Size">The bytes of the request; null for as many as this call would have.</param>
/// <param name="At">When.</param>
internal sealed record RouteExplainRequest(
    Guid? TenantId, Guid? KeyId, Guid? UserId, bool IsTenant, string? Alias, string Method, string? Name, string? Uri, string? Arguments,
    IReadOnlyDictionary<string, string> Headers, IPAddress? Address, long? Size, DateTimeOffset At);
