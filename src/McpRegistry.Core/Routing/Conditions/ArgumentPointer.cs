using System.Globalization;
using System.Text.Json;

namespace McpRegistry.Routing.Conditions;

/// <summary>A JSON pointer (RFC 6901) into the arguments of a call, followed in the bytes that came.</summary>
internal sealed class ArgumentPointer
{
    private const string Arguments = "arguments";

    private readonly (string Name, int Index)[] _steps;

    private ArgumentPointer((string Name, int Index)[] steps) => _steps = steps;

    /// <summary>Reads a pointer such as <c>/filter/region</c>; null when it has not that form.</summary>
    public static ArgumentPointer? Parse(string text)
    {
        if (text.Length > 0 && text[0] != '/')
        {
            return null;
        }

        var steps = new List<(string, int)> { (Arguments, -1) };
        foreach (var step in text.Length == 0 ? [] : text[1..].Split('/'))
        {
            for (var tilde = step.IndexOf('~', StringComparison.Ordinal); tilde >= 0; tilde = step.IndexOf('~', tilde + 1))
            {
                if (tilde + 1 == step.Length || step[tilde + 1] is not ('0' or '1'))
                {
                    return null;
                }
            }

            var name = step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            var isIndex = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && (name == "0" || name[0] != '0');
            steps.Add((name, isIndex ? index : -1));
        }

        return new ArgumentPointer([.. steps]);
    }

    /// <summary>Goes to the value; false when there is none.</summary>
    /// <param name="reader">At the beginning of the params; afterwards at the first token of the value.</param>
    public bool TryFind(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
        {
            return false;
        }

        foreach (var (name, index) in _steps)
        {
            var isFound = reader.TokenType switch
            {
                JsonTokenType.StartObject => TryEnterMember(ref reader, name),
                JsonTokenType.StartArray => index >= 0 && TryEnterItem(ref reader, index),
                _ => false,
            };
            if (!isFound)
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryEnterMember(ref Utf8JsonReader reader, string name)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = NameIs(reader, name);
            reader.Read();
            if (isIt)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private static bool TryEnterItem(ref Utf8JsonReader reader, int index)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (index-- == 0)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    /// <summary>A name with half a surrogate pair in an escape equals nothing.</summary>
    private static bool NameIs(in Utf8JsonReader reader, string name)
    {
        try
        {
            return reader.ValueTextEquals(name);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
