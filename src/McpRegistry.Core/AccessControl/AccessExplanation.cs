using System.Collections.Immutable;
using McpRegistry.Tenancy;

namespace McpRegistry.AccessControl;

/// <summary>Why somebody may or may not call a method of a server.</summary>
/// <param name="IsAllowed">Whether a call would go on to the server.</param>
/// <param name="Decision">What the rules and bounds say.</param>
/// <param name="Exists">Whether the server exists for the caller at all; otherwise a call is answered as if it did not.</param>
/// <param name="HasScope">Whether the caller may call MCP methods; null for a user, whose scopes come with each request.</param>
/// <param name="State">Whether the caller is let in at all.</param>
/// <param name="TenantStatus">The state of the caller's tenant; null for the global one.</param>
/// <param name="Rules">Each rule about the server that has a say, and how it stands to the caller.</param>
internal sealed record AccessExplanation(
    bool IsAllowed, AccessDecision Decision, bool Exists, bool? HasScope, CallerState State, TenantStatus? TenantStatus, ImmutableArray<ConsideredRule> Rules);
