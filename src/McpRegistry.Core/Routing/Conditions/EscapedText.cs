using System.Buffers.Text;

namespace McpRegistry.Routing.Conditions;

/// <summary>Looks at JSON text with its escapes.</summary>
internal static class EscapedText
{
    private const int UnitLength = 6;

    /// <summary>
    /// Tells whether valid JSON text is text when it is unescaped, which half a surrogate pair is not. Readers throw for such: the many
    /// exceptions of one hostile call would cost more than all else.
    /// </summary>
    public static bool IsText(ReadOnlySpan<byte> escaped)
    {
        var awaitsLow = false;
        while (!escaped.IsEmpty)
        {
            var unit = '\0';
            var length = escaped[0] == '\\' ? 2 : 1;
            if (length == 2 && escaped[1] == 'u')
            {
                length = UnitLength;
                unit = Utf8Parser.TryParse(escaped[2..UnitLength], out ushort parsed, out _, 'x') ? (char)parsed : unit;
            }

            if (char.IsLowSurrogate(unit) != awaitsLow)
            {
                return false;
            }

            awaitsLow = char.IsHighSurrogate(unit);
            escaped = escaped[length..];
        }

        return !awaitsLow;
    }
}
