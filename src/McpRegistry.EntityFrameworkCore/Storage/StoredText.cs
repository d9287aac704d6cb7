using System.Text;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>
/// Writes any .NET string so that every database gives it back unchanged. PostgreSQL refuses U+0000 in text, and no
/// UTF-8 holds half a surrogate pair; both can come from a hostile upstream. They are written as U+E000 followed by four
/// hex digits, for which U+E001 to U+E010 stand. These private characters are themselves written so, which keeps unequal
/// strings unequal and, since no other text contains them, a search for a part of a text right.
/// </summary>
internal static class StoredText
{
    private const char Escape = '\uE000';
    private const char Zero = '\uE001';
    private const char LastDigit = '\uE010';
    private const int Digits = 4;
    private const int BitsPerDigit = 4;

    public static string Encode(string value)
    {
        var first = FindUnsafe(value, 0);
        if (first < 0)
        {
            return value;
        }

        var text = new StringBuilder(value.Length + Digits);
        var start = 0;
        for (var unsafeAt = first; unsafeAt >= 0; unsafeAt = FindUnsafe(value, start))
        {
            text.Append(value, start, unsafeAt - start).Append(Escape);
            for (var shift = (Digits - 1) * BitsPerDigit; shift >= 0; shift -= BitsPerDigit)
            {
                text.Append((char)(Zero + ((value[unsafeAt] >> shift) & 0xF)));
            }

            start = unsafeAt + 1;
        }

        return text.Append(value, start, value.Length - start).ToString();
    }

    public static string Decode(string value)
    {
        var at = value.IndexOf(Escape, StringComparison.Ordinal);
        if (at < 0)
        {
            return value;
        }

        var text = new StringBuilder(value.Length);
        var start = 0;
        for (; at >= 0; at = value.IndexOf(Escape, start))
        {
            text.Append(value, start, at - start);
            start = at + 1;
            if (TryReadCode(value, start, out var code))
            {
                text.Append((char)code);
                start += Digits;
            }
            else
            {
                // Not ours: somebody wrote to the table by hand. Reading must go on.
                text.Append(Escape);
            }
        }

        return text.Append(value, start, value.Length - start).ToString();
    }

    private static bool TryReadCode(string value, int start, out ushort code)
    {
        code = 0;
        if (start + Digits > value.Length)
        {
            return false;
        }

        foreach (var digit in value.AsSpan(start, Digits))
        {
            if (digit is < Zero or > LastDigit)
            {
                return false;
            }

            code = (ushort)((code << BitsPerDigit) | (digit - Zero));
        }

        return true;
    }

    private static int FindUnsafe(string value, int start)
    {
        for (var i = start; i < value.Length; i++)
        {
            var c = value[i];
            if (c is '\0' or (>= Escape and <= LastDigit) || char.IsLowSurrogate(c))
            {
                return i;
            }

            if (char.IsHighSurrogate(c))
            {
                if (i + 1 == value.Length || !char.IsLowSurrogate(value[i + 1]))
                {
                    return i;
                }

                i++;
            }
        }

        return -1;
    }
}
