using System.Text.Json;

namespace McpRegistry.Routing.Conditions;

/// <summary>Compares a value among the arguments of a call. They are read only when everything cheaper has been asked.</summary>
internal sealed class ArgumentCondition(string path, ArgumentPointer pointer, ArgumentTest test, bool isNegated) : RouteCondition(path)
{
    public override RouteField Fields => RouteField.Argument;

    public override int Cost => 100;

    public override Truth Of(in RouteFacts facts) =>
        facts.IsUnknown(RouteField.Argument) ? Truth.Unknown : When(Holds(facts.Params.Span) != isNegated);

    private bool Holds(ReadOnlySpan<byte> parameters)
    {
        if (parameters.IsEmpty)
        {
            return false;
        }

        var reader = new Utf8JsonReader(parameters, new JsonReaderOptions { MaxDepth = int.MaxValue });
        return pointer.TryFind(ref reader) && test.Holds(ref reader);
    }
}
