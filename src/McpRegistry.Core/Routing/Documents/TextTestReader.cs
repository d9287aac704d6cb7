using System.Text.Json;
using McpRegistry.Routing.Conditions;

namespace McpRegistry.Routing.Documents;

/// <summary>Makes the comparison of text that an operator stands for.</summary>
internal static class TextTestReader
{
    public static TextTest Read(RouteOperators comparison, List<string> texts, List<(JsonElement Element, string Path)> values, DocumentFaults faults)
    {
        switch (comparison)
        {
            case RouteOperators.Contains:
                return TextTest.Contains(texts[0]);
            case RouteOperators.StartsWith:
                return TextTest.StartsWith(texts[0]);
            case RouteOperators.EndsWith:
                return TextTest.EndsWith(texts[0]);
            case RouteOperators.Regex:
                return ReadPattern(texts[0], values[0].Path, faults);
            default:
                return TextTest.OneOf(texts);
        }
    }

    private static TextTest ReadPattern(string text, string path, DocumentFaults faults)
    {
        if (BoundedPattern.TryRead(text, out var pattern, out var why))
        {
            return TextTest.Matches(pattern);
        }

        faults.Add(path, "pattern", why);
        return TextTest.OneOf([]);
    }
}
