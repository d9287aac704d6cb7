using System.Text;
using System.Text.Json;

namespace McpRegistry.Protocol;

/// <summary>
/// Steps over the members of one JSON object without building it. Anything else, no bytes at all included, has no members;
/// bytes that are not JSON throw. Names that are no text (half a surrogate pair in an escape) equal nothing.
/// </summary>
internal ref struct JsonMembers
{
    private readonly ReadOnlySpan<byte> _json;
    private readonly bool _isObject;
    private Utf8JsonReader _reader;
    private int _nameStart;
    private Slice _value;

    public JsonMembers(ReadOnlySpan<byte> json)
    {
        _json = json;
        _reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        _isObject = !json.IsEmpty && _reader.Read() && _reader.TokenType == JsonTokenType.StartObject;
    }

    /// <summary>Gets the value of the current member, relative to the object's own bytes.</summary>
    public readonly Slice Value => _value;

    /// <summary>Gets the raw value of the current member.</summary>
    public readonly ReadOnlySpan<byte> RawValue => _value.Of(_json);

    /// <summary>Gets the name of the current member, unescaped; null when it is no text.</summary>
    public readonly string? Name => Decode(NameReader);

    /// <summary>Gets where the name of the current member begins, its quote included.</summary>
    public readonly int Start => _nameStart;

    /// <summary>Gets the current member with its name, as it stands in the text.</summary>
    public readonly ReadOnlySpan<byte> RawMember => _json[_nameStart.._value.End];

    public bool Next()
    {
        if (!_isObject || !_reader.Read())
        {
            return false;
        }

        if (_reader.TokenType != JsonTokenType.PropertyName)
        {
            // Anything but white space after the object throws.
            _reader.Read();
            return false;
        }

        _nameStart = (int)_reader.TokenStartIndex;
        var value = _reader;
        value.Read();
        var start = (int)value.TokenStartIndex;
        value.Skip();
        _value = new Slice(start, (int)value.BytesConsumed - start);
        NameReader = _reader;
        _reader = value;
        return true;
    }

    /// <summary>Tells whether the current name equals <paramref name="name"/>, escapes resolved.</summary>
    public readonly bool NameIs(ReadOnlySpan<byte> name)
    {
        if (!NameReader.ValueIsEscaped)
        {
            return NameReader.ValueSpan.SequenceEqual(name);
        }

        try
        {
            return NameReader.ValueTextEquals(name);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Tells whether the current name begins with <paramref name="prefix"/>, escapes resolved.</summary>
    public readonly bool NameStartsWith(ReadOnlySpan<byte> prefix) => NameReader.ValueIsEscaped
        ? Name is { } name && Encoding.UTF8.GetBytes(name).AsSpan().StartsWith(prefix)
        : NameReader.ValueSpan.StartsWith(prefix);

    private Utf8JsonReader NameReader { readonly get; set; }

    /// <summary>Finds the value of a member; a missing slice when the object has none.</summary>
    public static Slice Find(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        var members = new JsonMembers(json);
        while (members.Next())
        {
            if (members.NameIs(name))
            {
                return members.Value;
            }
        }

        return default;
    }

    /// <summary>Tells whether the object has more than one member of a name.</summary>
    public static bool IsRepeated(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        var seen = false;
        var members = new JsonMembers(json);
        while (members.Next())
        {
            if (members.NameIs(name))
            {
                if (seen)
                {
                    return true;
                }

                seen = true;
            }
        }

        return false;
    }

    /// <summary>Reads the text of a string member; null when there is none or it is not a string.</summary>
    public static string? FindText(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        var slice = Find(json, name);
        return slice.IsMissing ? null : Text(slice.Of(json));
    }

    /// <summary>Decodes a raw JSON string; null when the value is not a string or its escapes are no text.</summary>
    public static string? Text(ReadOnlySpan<byte> raw)
    {
        if (raw.IsEmpty || raw[0] != (byte)'"')
        {
            return null;
        }

        var reader = new Utf8JsonReader(raw);
        reader.Read();
        return Decode(reader);
    }

    private static string? Decode(Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
