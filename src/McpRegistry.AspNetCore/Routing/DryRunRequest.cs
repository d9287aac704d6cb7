using McpRegistry.Routing;

namespace McpRegistry.AspNetCore.Routing;

/// <summary>A set of rules that is to be tried.</summary>
/// <param name="IsOverStored">Whether the stored rules are part of it.</param>
/// <param name="Rules">Rules that are added, or take the place of the stored one with the same id.</param>
/// <param name="Removed">Stored rules that are left out.</param>
/// <param name="Requests">How many entries of the log to read.</param>
internal sealed record DryRunRequest(bool IsOverStored, IReadOnlyList<(Guid? Id, RoutingRuleDefinition Definition)> Rules, IReadOnlyCollection<Guid> Removed, int Requests);
