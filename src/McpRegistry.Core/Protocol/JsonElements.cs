using System.Buffers;
using System.Text.Json;

namespace McpRegistry.Protocol;

/// <summary>Lists the elements of a JSON array as slices of the text it stands in.</summary>
internal static class JsonElements
{
    /// <summary>Writes one element.</summary>
    public delegate void ElementWriter(IBufferWriter<byte> output, ReadOnlySpan<byte> element);

    /// <summary>Lists the elements that are objects; empty when the value is missing or no array.</summary>
    public static List<Slice> Of(ReadOnlyMemory<byte> text, Slice array)
    {
        var elements = new List<Slice>();
        if (array.IsMissing)
        {
            return elements;
        }

        var reader = new Utf8JsonReader(array.Of(text.Span), new JsonReaderOptions { MaxDepth = int.MaxValue });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            return elements;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            var isObject = reader.TokenType == JsonTokenType.StartObject;
            reader.Skip();
            if (isObject)
            {
                elements.Add(new Slice(array.Start + start, (int)reader.BytesConsumed - start));
            }
        }

        return elements;
    }

    /// <summary>Writes the elements of a JSON array, each as <paramref name="write"/> has it, and all between them as it is; any other value stays.</summary>
    public static void WriteEach(IBufferWriter<byte> output, ReadOnlySpan<byte> array, ElementWriter write)
    {
        var written = 0;
        var reader = new Utf8JsonReader(array, new JsonReaderOptions { MaxDepth = int.MaxValue });
        if (reader.Read() && reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                var end = (int)reader.BytesConsumed;
                output.Write(array[written..start]);
                write(output, array[start..end]);
                written = end;
            }
        }

        output.Write(array[written..]);
    }

    /// <summary>Decodes the elements of an array that are texts; empty when the value is no array.</summary>
    public static List<string> Texts(ReadOnlySpan<byte> array)
    {
        var texts = new List<string>();
        var reader = new Utf8JsonReader(array, new JsonReaderOptions { MaxDepth = int.MaxValue });
        if (array.IsEmpty || !reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            return texts;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (JsonMembers.Text(array[start..(int)reader.BytesConsumed]) is { } text)
            {
                texts.Add(text);
            }
        }

        return texts;
    }
}
