using McpRegistry.ApiKeys;

namespace McpRegistry.Routing.Conditions;

/// <summary>Compares where a call comes from with addresses and networks.</summary>
internal sealed class AddressCondition(string path, IEnumerable<string> entries, bool isNegated) : RouteCondition(path)
{
    private readonly AddressList _list = new([.. entries]);

    public override RouteField Fields => RouteField.Address;

    public override Truth Of(in RouteFacts facts) =>
        facts.IsUnknown(RouteField.Address) ? Truth.Unknown : When(_list.Contains(facts.Address) != isNegated);
}
