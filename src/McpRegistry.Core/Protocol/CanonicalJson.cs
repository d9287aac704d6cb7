using System.Buffers;

namespace McpRegistry.Protocol;

/// <summary>Writes JSON so that values which mean the same are the same bytes: members by name, no white space. Numbers and texts stay as written.</summary>
internal static class CanonicalJson
{
    /// <summary>Rewrites one value. Its depth was checked when the message was read.</summary>
    public static byte[] Of(ReadOnlySpan<byte> json)
    {
        var output = new ArrayBufferWriter<byte>(Math.Max(json.Length, 16));
        Write(output, json);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Writes an object of canonical values that are sorted by name already.</summary>
    public static byte[] Object(SortedDictionary<string, byte[]> members)
    {
        var output = new ArrayBufferWriter<byte>(256);
        WriteObject(output, members);
        return output.WrittenSpan.ToArray();
    }

    private static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> json)
    {
        switch (json[0])
        {
            case (byte)'{':
                WriteObject(output, Members(json));
                break;
            case (byte)'[':
                WriteArray(output, json);
                break;
            case (byte)'"' when json.Contains((byte)'\\') && JsonMembers.Text(json) is { } text:
                output.Write(JsonText.Quote(text));
                break;
            default:
                output.Write(json);
                break;
        }
    }

    private static SortedDictionary<string, byte[]> Members(ReadOnlySpan<byte> json)
    {
        var sorted = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        var members = new JsonMembers(json);
        while (members.Next())
        {
            if (members.Name is { } name)
            {
                sorted[name] = Of(members.RawValue);
            }
        }

        return sorted;
    }

    private static void WriteObject(IBufferWriter<byte> output, SortedDictionary<string, byte[]> members)
    {
        var separator = "{"u8;
        foreach (var (name, value) in members)
        {
            output.Write(separator);
            output.Write(JsonText.Quote(name));
            output.Write(":"u8);
            output.Write(value);
            separator = ","u8;
        }

        output.Write(members.Count == 0 ? "{}"u8 : "}"u8);
    }

    private static void WriteArray(IBufferWriter<byte> output, ReadOnlySpan<byte> json)
    {
        var reader = new System.Text.Json.Utf8JsonReader(json, new System.Text.Json.JsonReaderOptions { MaxDepth = int.MaxValue });
        reader.Read();
        var separator = ""u8;
        output.Write("["u8);
        while (reader.Read() && reader.TokenType != System.Text.Json.JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            output.Write(separator);
            Write(output, json[start..(int)reader.BytesConsumed]);
            separator = ","u8;
        }

        output.Write("]"u8);
    }
}
