using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace McpRegistry.Routing.Documents;

/// <summary>
/// Regular expressions whose time grows with the text only: without backtracking, short, and without nested counts, which would
/// make a large machine out of a short pattern.
/// </summary>
internal static class BoundedPattern
{
    public const int MaxLength = 256;
    private const int MaxRepeats = 1_000;

    private static readonly Regex Counts = new(
        @"\{(?<least>[0-9]+)(,(?<most>[0-9]*))?\}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant);

    public static bool TryRead(string text, [NotNullWhen(true)] out Regex? pattern, out string why)
    {
        pattern = null;
        why = "";
        if (text.Length is 0 or > MaxLength)
        {
            why = $"A pattern has 1 to {MaxLength} characters.";
            return false;
        }

        if (RepeatsOf(text) > MaxRepeats)
        {
            why = $"All counts of a pattern multiplied are up to {MaxRepeats}.";
            return false;
        }

        try
        {
            pattern = new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            why = "A regular expression without back references and look-around is expected.";
            return false;
        }
    }

    /// <summary>Multiplied and not added: counts may stand within each other.</summary>
    private static double RepeatsOf(string text) => Counts.Matches(text)
        .Select(static match => match.Groups["most"] is { Length: > 0 } most ? most.Value : match.Groups["least"].Value)
        .Aggregate(1.0, static (product, count) => product * Math.Max(1, double.Parse(count, CultureInfo.InvariantCulture)));
}
