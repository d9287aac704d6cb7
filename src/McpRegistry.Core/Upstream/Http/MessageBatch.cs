using System.Text.Json;

namespace McpRegistry.Upstream.Http;

/// <summary>
/// What is left of a JSON array of messages. They are cut off one by one: an array within the limit of bytes may have very many.
/// </summary>
internal struct MessageBatch
{
    private ReadOnlyMemory<byte> _rest;

    /// <summary>Begins with the first message of an array; false for anything else.</summary>
    public static bool TryOpen(ReadOnlyMemory<byte> json, out MessageBatch batch)
    {
        var text = json.Span.TrimStart(" \t\r\n"u8);
        batch = new MessageBatch { _rest = text is [(byte)'[', ..] ? json[^(text.Length - 1)..] : default };
        return text is [(byte)'[', ..];
    }

    /// <summary>Cuts the next message off. Nothing follows what is neither an object nor whole.</summary>
    public bool TryTake(out ReadOnlyMemory<byte> message)
    {
        var text = _rest.Span.TrimStart(" \t\r\n,"u8);
        var start = _rest.Length - text.Length;
        var length = text is [(byte)'{', ..] ? LengthOfFirst(text) : 0;
        message = _rest.Slice(start, length);
        _rest = length == 0 ? default : _rest[(start + length)..];
        return length > 0;
    }

    private static int LengthOfFirst(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        try
        {
            reader.Read();
            reader.Skip();
            return (int)reader.BytesConsumed;
        }
        catch (JsonException)
        {
            return 0;
        }
    }
}
