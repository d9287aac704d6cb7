using System.Text.Json;

namespace McpRegistry.AspNetCore.Http;

/// <summary>
/// Takes the members out of a JSON object and reports each that is of the wrong type, unknown or there twice: a serializer
/// would stop at the first. Null stands for a missing member.
/// </summary>
internal sealed class JsonObjectReader
{
    private const int MaxShownName = 64;

    // A hostile body may have a fault in every byte; nobody mends more than this in one go.
    private const int MaxFaults = 100;

    private readonly string _path;
    private readonly List<ValidationFault> _faults;
    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);

    public JsonObjectReader(JsonElement element, string path, List<ValidationFault> faults)
    {
        _path = path.Length == 0 ? "" : path + ".";
        _faults = faults;
        if (element.ValueKind != JsonValueKind.Object)
        {
            Add(path, "wrong_type", "A JSON object is expected.");
            return;
        }

        foreach (var member in element.EnumerateObject())
        {
            if (!TryGetText(() => member.Name, out var name))
            {
                Add(path, "invalid_text", "The name of a member is not whole Unicode text.");
            }
            else if (!_members.TryAdd(name!, member.Value))
            {
                Add(_path + Shorten(name!), "duplicate_member", "The member is there twice.");
            }
        }
    }

    public string? Text(string name) => Take(name) is { } value ? Text(value, _path + name) : null;

    /// <summary>Reads a text that has a bound.</summary>
    public string? Text(string name, int maxLength)
    {
        var text = Text(name);
        if (text is null || text.Length <= maxLength)
        {
            return text;
        }

        Add(_path + name, "too_long", $"At most {maxLength} characters are taken here; these are {text.Length}.");
        return null;
    }

    /// <summary>Tells whether a member is there and not null, without taking it.</summary>
    public bool Has(string name) => _members.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>Reads an object; null when it is not there. Its own members are still to be taken.</summary>
    public JsonObjectReader? Object(string name) => Take(name) is { } value ? new JsonObjectReader(value, _path + name, _faults) : null;

    public bool? Flag(string name)
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Add(_path + name, "wrong_type", "true or false is expected.");
        return null;
    }

    public int? Number(string name)
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number))
        {
            return number;
        }

        Add(_path + name, "wrong_type", "A whole number is expected.");
        return null;
    }

    public T? Choice<T>(string name)
        where T : struct, Enum
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && Text(value, _path + name) is { } text && WireNames<T>.TryParse(text, out var choice))
        {
            return choice;
        }

        Add(_path + name, "unknown_value", $"One of these is expected: {WireNames<T>.All}.");
        return null;
    }

    public List<string> Texts(string name) =>
        [.. Items(name).Select(item => Text(item.Element, item.Path)).OfType<string>()];

    public Dictionary<string, string> TextMap(string name)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Take(name) is { } value)
        {
            var members = new JsonObjectReader(value, _path + name, _faults);
            foreach (var (key, element) in members._members)
            {
                if (Text(element, $"{members._path}{Shorten(key)}") is { } text)
                {
                    map[key] = text;
                }
            }
        }

        return map;
    }

    /// <summary>Reads a member of whatever form as the JSON text that it is.</summary>
    public string? Raw(string name) => Take(name)?.GetRawText();

    /// <summary>Reads an array; its entries come with their paths.</summary>
    public IEnumerable<(JsonElement Element, string Path)> Items(string name)
    {
        if (Take(name) is not { } value)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            Add(_path + name, "wrong_type", "A JSON array is expected.");
            return [];
        }

        return value.EnumerateArray().Select((element, i) => (element, $"{_path}{name}[{i}]"));
    }

    /// <summary>Reports the members that nobody asked for.</summary>
    public void Finish()
    {
        foreach (var name in _members.Keys)
        {
            Add(_path + Shorten(name), "unknown_member", "There is no such member.");
        }
    }

    private static string Shorten(string name) => name.Length <= MaxShownName ? name : name[..MaxShownName] + "...";

    /// <summary>JSON can escape half a surrogate pair, which is no text; the reader throws only when it is asked for it.</summary>
    private static bool TryGetText(Func<string?> read, out string? text)
    {
        try
        {
            text = read();
            return text is not null;
        }
        catch (InvalidOperationException)
        {
            text = null;
            return false;
        }
    }

    private JsonElement? Take(string name) =>
        _members.Remove(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private string? Text(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            Add(path, "wrong_type", "A string is expected.");
            return null;
        }

        if (!TryGetText(value.GetString, out var text))
        {
            Add(path, "invalid_text", "The string is not whole Unicode text.");
        }

        return text;
    }

    private void Add(string path, string code, string message)
    {
        if (_faults.Count < MaxFaults)
        {
            _faults.Add(new ValidationFault(path, code, message));
        }
    }
}
