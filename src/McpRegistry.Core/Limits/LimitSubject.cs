using System.Net;

namespace McpRegistry.Limits;

/// <summary>Whose limits an administrator reads or resets.</summary>
/// <param name="Kind">Key, user, tenant, address or tool.</param>
/// <param name="Id">The id of a key, user or tenant.</param>
/// <param name="Address">The address.</param>
/// <param name="Tool">The name of a tool on the merged endpoint.</param>
internal sealed record LimitSubject(LimitKind Kind, Guid Id = default, IPAddress? Address = null, string? Tool = null);
