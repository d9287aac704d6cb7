using System.Text.Json;

namespace McpRegistry.Protocol;

/// <summary>An object or array of a schema whose end has not been read yet. Keywords come in any order, so they are judged at the end.</summary>
internal sealed class SchemaFrame(SchemaPlace place, string? argument)
{
    public SchemaPlace Place => place;

    /// <summary>Gets the name of the argument that this describes; null when it describes none.</summary>
    public string? Argument => argument;

    /// <summary>Gets or sets the annotation; null while there is none.</summary>
    public string? Header { get; set; }

    /// <summary>
    /// Gets a value that tells whether the argument may be something that has no place in a header. A schema that states no
    /// type may still mean a string, by an enum or a reference; then the value of the call decides.
    /// </summary>
    public bool HasOtherType { get; private set; }

    /// <summary>Looks at the value of <c>type</c>, on which the reader stands.</summary>
    public void TakeType(Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            HasOtherType |= !IsUsable(reader);
            return;
        }

        var usable = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!Is(reader, "null"u8))
            {
                usable = true;
                HasOtherType |= !IsUsable(reader);
            }

            reader.Skip();
        }

        HasOtherType |= !usable;
    }

    private static bool IsUsable(in Utf8JsonReader reader) => Is(reader, "string"u8) || Is(reader, "integer"u8) || Is(reader, "boolean"u8);

    private static bool Is(in Utf8JsonReader reader, ReadOnlySpan<byte> type)
    {
        try
        {
            return reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(type);
        }
        catch (InvalidOperationException)
        {
            // An escape that is no text is no type either.
            return false;
        }
    }
}
