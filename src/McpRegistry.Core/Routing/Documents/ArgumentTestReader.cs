using System.Text.Json;
using McpRegistry.Routing.Conditions;

namespace McpRegistry.Routing.Documents;

/// <summary>Makes the comparison of a JSON value that an operator stands for.</summary>
internal static class ArgumentTestReader
{
    public static ArgumentTest Read(RouteOperators comparison, List<(JsonElement Element, string Path)> values, DocumentFaults faults)
    {
        switch (comparison)
        {
            case RouteOperators.Gt:
                return new ArgumentTest { Above = Number(values[0], faults) };
            case RouteOperators.Lt:
                return new ArgumentTest { Below = Number(values[0], faults) };
            case RouteOperators.Contains or RouteOperators.StartsWith or RouteOperators.EndsWith or RouteOperators.Regex:
                return new ArgumentTest { Text = TextTestReader.Read(comparison, [DocumentValue.Text(values[0].Element, values[0].Path, faults) ?? ""], values, faults) };
            default:
                return OneOf(values, faults);
        }
    }

    private static ArgumentTest OneOf(List<(JsonElement Element, string Path)> values, DocumentFaults faults)
    {
        var texts = new List<string>();
        var numbers = new List<double>();
        var words = new List<JsonValueKind>();
        foreach (var value in values)
        {
            switch (value.Element.ValueKind)
            {
                case JsonValueKind.String:
                    texts.Add(DocumentValue.Text(value.Element, value.Path, faults) ?? "");
                    break;
                case JsonValueKind.Number:
                    numbers.Add(Number(value, faults));
                    break;
                case JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null:
                    words.Add(value.Element.ValueKind);
                    break;
                default:
                    faults.Add(value.Path, "wrong_type", "A string, a number, true, false or null is expected.");
                    break;
            }
        }

        return new ArgumentTest { Text = texts.Count > 0 ? TextTest.OneOf(texts) : null, Numbers = [.. numbers], Words = [.. words] };
    }

    private static double Number((JsonElement Element, string Path) value, DocumentFaults faults)
    {
        if (value.Element.ValueKind == JsonValueKind.Number && value.Element.TryGetDouble(out var number) && double.IsFinite(number))
        {
            return number;
        }

        faults.Add(value.Path, "wrong_type", "A number is expected.");
        return 0;
    }
}
