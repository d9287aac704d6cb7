using System.Text;

namespace McpRegistry.Credentials.OAuth;

/// <summary>Reads <c>name=value, name="value"</c> (RFC 9110, 11.2). What does not fit that form ends the reading.</summary>
internal static class AuthenticationParameters
{
    public static Dictionary<string, string> Read(string text)
    {
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var rest = text.AsSpan();
        while (true)
        {
            rest = rest.TrimStart([' ', '\t', ',']);
            var sign = rest.IndexOf('=');
            if (sign <= 0)
            {
                return found;
            }

            var name = rest[..sign].Trim().ToString();
            rest = rest[(sign + 1)..].TrimStart([' ', '\t']);
            if (!TryReadValue(ref rest, out var value))
            {
                return found;
            }

            found.TryAdd(name, value);
        }
    }

    private static bool TryReadValue(ref ReadOnlySpan<char> rest, out string value)
    {
        if (rest.IsEmpty || rest[0] != '"')
        {
            var end = rest.IndexOfAny(',', ' ', '\t');
            value = (end < 0 ? rest : rest[..end]).ToString();
            rest = end < 0 ? [] : rest[end..];
            return value.Length > 0;
        }

        var text = new StringBuilder();
        for (var i = 1; i < rest.Length; i++)
        {
            if (rest[i] == '"')
            {
                value = text.ToString();
                rest = rest[(i + 1)..];
                return true;
            }

            if (rest[i] == '\\' && i + 1 < rest.Length)
            {
                i++;
            }

            text.Append(rest[i]);
        }

        value = "";
        return false;
    }
}
