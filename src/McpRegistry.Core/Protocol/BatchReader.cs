using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace McpRegistry.Protocol;

/// <summary>Reads a JSON-RPC batch, which 2025-03-26 has: every element as strictly as a message that comes alone.</summary>
internal static class BatchReader
{
    /// <summary>Reads a batch.</summary>
    /// <param name="body">The whole body; it must stay unchanged while the messages are in use.</param>
    /// <param name="limits">The bounds of each message.</param>
    /// <param name="maxMessages">The most messages.</param>
    /// <param name="entries">The messages in their order; of no use after a fault.</param>
    /// <returns>Why the batch is refused as a whole, or <see cref="EnvelopeFault.None"/>.</returns>
    public static EnvelopeFault Read(ReadOnlyMemory<byte> body, EnvelopeLimits limits, int maxMessages, out List<BatchEntry> entries)
    {
        entries = [];

        // The reader takes any bytes inside a string; what is not UTF-8 must not travel on.
        if (!Utf8.IsValid(body.Span))
        {
            return EnvelopeFault.Malformed;
        }

        try
        {
            var fault = Split(body, maxMessages, out var slices);
            return fault == EnvelopeFault.None ? ReadAll(body, limits, slices, entries) : fault;
        }
        catch (JsonException)
        {
            return EnvelopeFault.Malformed;
        }
    }

    private static EnvelopeFault Split(ReadOnlyMemory<byte> body, int maxMessages, out List<Slice> slices)
    {
        slices = [];
        var reader = new Utf8JsonReader(body.Span, new JsonReaderOptions { MaxDepth = int.MaxValue });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return EnvelopeFault.NotAnObject;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (slices.Count == maxMessages)
            {
                return EnvelopeFault.TooManyMessages;
            }

            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            slices.Add(new Slice(start, (int)reader.BytesConsumed - start));
        }

        // Anything but white space after the array throws.
        reader.Read();
        return slices.Count == 0 ? EnvelopeFault.EmptyBatch : EnvelopeFault.None;
    }

    private static EnvelopeFault ReadAll(ReadOnlyMemory<byte> body, EnvelopeLimits limits, List<Slice> slices, List<BatchEntry> entries)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var slice in slices)
        {
            var fault = EnvelopeReader.Read(slice.Of(body), limits, out var message);
            entries.Add(new BatchEntry(message, fault));
            if (message.Kind == MessageKind.Request && !message.Id.IsMissing && !ids.Add(Comparable(message)))
            {
                return EnvelopeFault.DuplicateId;
            }
        }

        return EnvelopeFault.None;
    }

    /// <summary>Two spellings of one id are one id; a number and a string are not.</summary>
    private static string Comparable(ClientMessage message) => message.IsString(message.Id)
        ? $"\"{message.Text(message.Id) ?? Encoding.UTF8.GetString(message.Raw(message.Id))}"
        : long.Parse(message.Raw(message.Id), CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
}
