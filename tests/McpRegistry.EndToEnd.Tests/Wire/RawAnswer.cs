using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace McpRegistry.EndToEnd.Tests.Wire;

/// <summary>An HTTP answer as <see cref="RawHttp"/> read it.</summary>
internal sealed record RawAnswer(int Status, ILookup<string, string> Headers, string Body)
{
    /// <summary>Gets the body as JSON; undefined when it is empty.</summary>
    public JsonElement Json => Body.Length > 0 ? JsonElement.Parse(Body) : default;

    /// <summary>Parses what came so far; false while something is missing.</summary>
    public static bool TryParse(string text, int byteCount, [NotNullWhen(true)] out RawAnswer? answer)
    {
        answer = null;
        var border = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (border < 0)
        {
            return false;
        }

        var lines = text[..border].Split("\r\n");
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToLookup(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var body = text[(border + 4)..];
        if (headers["Transfer-Encoding"].Contains("chunked"))
        {
            if (!body.EndsWith("0\r\n\r\n", StringComparison.Ordinal))
            {
                return false;
            }

            body = Unchunk(body);
        }
        else
        {
            var length = int.Parse(headers["Content-Length"].SingleOrDefault("0"), CultureInfo.InvariantCulture);
            if (byteCount < Encoding.UTF8.GetByteCount(text[..(border + 4)]) + length)
            {
                return false;
            }
        }

        answer = new RawAnswer(int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), headers, body);
        return true;
    }

    private static string Unchunk(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body).AsSpan();
        var output = new StringBuilder();
        while (true)
        {
            var line = bytes.IndexOf("\r\n"u8);
            var length = int.Parse(bytes[..line], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (length == 0)
            {
                return output.ToString();
            }

            output.Append(Encoding.UTF8.GetString(bytes.Slice(line + 2, length)));
            bytes = bytes[(line + 2 + length + 2)..];
        }
    }
}
