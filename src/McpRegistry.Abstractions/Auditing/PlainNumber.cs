using System.Globalization;

namespace McpRegistry.Auditing;

/// <summary>
/// Writes a JSON number in the one form that all spellings of its value share: the digits without zeros at either end, <c>e</c>
/// and the power of ten, as in <c>-125e-1</c>; <c>0</c> for zero.
/// </summary>
internal static class PlainNumber
{
    public static string Of(string json)
    {
        var sign = json[0] == '-' ? "-" : "";
        var exponentAt = json.IndexOfAny(['e', 'E']);
        var mantissa = json.AsSpan(sign.Length, (exponentAt < 0 ? json.Length : exponentAt) - sign.Length);
        var point = mantissa.IndexOf('.');
        var fraction = point < 0 ? 0 : mantissa.Length - point - 1;
        var digits = point < 0 ? mantissa.ToString() : string.Concat(mantissa[..point], mantissa[(point + 1)..]);
        var significant = digits.TrimStart('0');
        if (significant.Length == 0)
        {
            return "0";
        }

        var shortest = significant.TrimEnd('0');
        var exponent = exponentAt < 0 ? 0 : long.Parse(json.AsSpan(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{shortest}e{exponent - fraction + significant.Length - shortest.Length}");
    }
}
