using System.Globalization;
using System.Text.RegularExpressions;

namespace McpRegistry.ApiKeys;

/// <summary>Names the key that replaces another: names are unique, and both exist for a while.</summary>
internal static partial class SuccessorName
{
    /// <summary>Makes "name (2)" of "name" and "name (3)" of "name (2)", within the longest name.</summary>
    public static string Of(string name)
    {
        var match = Numbered().Match(name);
        var number = match.Success ? int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture) + 1 : 2;
        var suffix = string.Create(CultureInfo.InvariantCulture, $" ({number})");
        var stem = match.Success ? match.Groups["stem"].Value : name;
        var room = ApiKeyDefinitionValidator.MaxName - suffix.Length;

        // Half a surrogate pair is no text.
        return stem.Length <= room ? stem + suffix : stem[..(room - (char.IsHighSurrogate(stem[room - 1]) ? 1 : 0))] + suffix;
    }

    [GeneratedRegex(@"^(?<stem>.+) \((?<number>[0-9]{1,8})\)$", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Numbered();
}
