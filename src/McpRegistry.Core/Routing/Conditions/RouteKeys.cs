using System.Collections.Immutable;

namespace McpRegistry.Routing.Conditions;

/// <summary>The values of one field of which a call must have one.</summary>
/// <param name="Of">The field.</param>
/// <param name="Values">The values: text, or the text of an id.</param>
internal readonly record struct RouteKeys(RouteKeyField Of, ImmutableArray<string> Values);
