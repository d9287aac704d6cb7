namespace McpRegistry.Routing.Conditions;

/// <summary>Compares the length of the request.</summary>
internal sealed class SizeCondition(string path, RouteOperators comparison, long[] values) : RouteCondition(path)
{
    public override RouteField Fields => RouteField.Size;

    public override Truth Of(in RouteFacts facts) => facts.IsUnknown(RouteField.Size) ? Truth.Unknown : When(comparison switch
    {
        RouteOperators.Gt => facts.Size > values[0],
        RouteOperators.Lt => facts.Size < values[0],
        RouteOperators.NotEquals or RouteOperators.NotIn => !values.Contains(facts.Size),
        _ => values.Contains(facts.Size),
    });
}
