namespace McpRegistry.Routing.Conditions;

/// <summary>A field by whose values rules are looked up.</summary>
/// <param name="Field">The field.</param>
/// <param name="Header">Of a header its name in lower case; null of other fields.</param>
internal readonly record struct RouteKeyField(RouteField Field, string? Header = null);
