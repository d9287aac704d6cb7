namespace McpRegistry.Routing.Conditions;

/// <summary>Holds when its part does not.</summary>
internal sealed class NotCondition(string path, RouteCondition part) : RouteCondition(path)
{
    public override RouteField Fields => part.Fields;

    public override int Cost => part.Cost;

    public override IEnumerable<string> Headers => part.Headers;

    public override IEnumerable<ArgumentPointer> Pointers => part.Pointers;

    public override Truth Of(in RouteFacts facts) => Truth.Yes - (int)part.Of(facts);

    public override RouteField Missing(in RouteFacts facts) => part.Missing(facts);
}
