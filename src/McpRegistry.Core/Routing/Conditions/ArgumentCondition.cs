namespace McpRegistry.Routing.Conditions;

/// <summary>Compares a value among the arguments of a call. They are read only when everything cheaper has been asked.</summary>
internal sealed class ArgumentCondition(string path, ArgumentPointer pointer, ArgumentTest test, bool isNegated) : RouteCondition(path)
{
    public override RouteField Fields => RouteField.Argument;

    public override int Cost => 100;

    public override IEnumerable<ArgumentPointer> Pointers => [pointer];

    public override Truth Of(in RouteFacts facts) =>
        facts.IsUnknown(RouteField.Argument) ? Truth.Unknown : When(Holds(facts) != isNegated);

    private bool Holds(in RouteFacts facts)
    {
        if (facts.Arguments is { } arguments)
        {
            return arguments.Holds(pointer, test);
        }

        // Asked by itself, beside any set of rules.
        using var own = ArgumentReading.Of(new ArgumentTree(Pointers), facts.Params);
        return own.Holds(pointer, test);
    }
}
