using System.Globalization;
using ModelContextProtocol.Protocol;

namespace McpRegistry.Protocol;

/// <summary>An argument as text in a header (2026-07-28, Streamable HTTP, value encoding). What it is decides, not what its schema says.</summary>
internal static class ParameterValue
{
    private const NumberStyles Number = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>The integers that every party reads alike, whether it has integers or only doubles: 2^53 - 1.</summary>
    private const long LargestInteger = (1L << 53) - 1;

    /// <summary>Tells whether there is no value to mirror: null is as good as left out.</summary>
    public static bool IsAbsent(ReadOnlySpan<byte> json) => json.IsEmpty || json.SequenceEqual("null"u8);

    /// <summary>Encodes a value for its header; null when it has no form there (objects, arrays, fractions, integers beyond 2^53 - 1).</summary>
    public static string? Encode(ReadOnlySpan<byte> json) => json[0] switch
    {
        (byte)'"' => McpHeaderEncoder.EncodeValue(JsonMembers.Text(json)),
        (byte)'t' => "true",
        (byte)'f' => "false",
        (byte)'{' or (byte)'[' => null,
        _ => TryInteger(json, out var value) ? McpHeaderEncoder.EncodeValue(value) : null,
    };

    /// <summary>Tells whether a header says the same as the argument; integers are the same as numbers, whatever their form.</summary>
    public static bool Matches(ReadOnlySpan<byte> json, string header)
    {
        if (McpHeaderEncoder.DecodeValue(header) is not { } text)
        {
            return false;
        }

        return json[0] switch
        {
            (byte)'"' => string.Equals(text, JsonMembers.Text(json), StringComparison.Ordinal),
            (byte)'t' => string.Equals(text, "true", StringComparison.Ordinal),
            (byte)'f' => string.Equals(text, "false", StringComparison.Ordinal),
            (byte)'{' or (byte)'[' => false,
            _ => TryInteger(json, out var value) && long.TryParse(text, Number, CultureInfo.InvariantCulture, out var other) && value == other,
        };
    }

    private static bool TryInteger(ReadOnlySpan<byte> json, out long value) =>
        long.TryParse(json, Number, CultureInfo.InvariantCulture, out value) && value is >= -LargestInteger and <= LargestInteger;
}
