namespace McpRegistry.Routing.Conditions;

/// <summary>A condition that is made of others.</summary>
internal abstract class GroupCondition(string path, IEnumerable<RouteCondition> parts) : RouteCondition(path)
{
    /// <summary>Gets the others, the cheap ones first.</summary>
    protected RouteCondition[] Parts { get; } = [.. parts.OrderBy(static part => part.Cost)];

    public override RouteField Fields => Parts.Aggregate(RouteField.None, static (all, part) => all | part.Fields);

    public override int Cost => Parts.Sum(static part => part.Cost);

    public override IEnumerable<string> Headers => Parts.SelectMany(static part => part.Headers);

    public override IEnumerable<ArgumentPointer> Pointers => Parts.SelectMany(static part => part.Pointers);

    public override RouteField Missing(in RouteFacts facts)
    {
        var missing = RouteField.None;
        if (Of(facts) == Truth.Unknown)
        {
            foreach (var part in Parts)
            {
                missing |= part.Missing(facts);
            }
        }

        return missing;
    }
}
