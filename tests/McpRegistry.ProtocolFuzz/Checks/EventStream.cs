using System.Text.Json;

namespace McpRegistry.ProtocolFuzz.Checks;

/// <summary>Reads an event stream as strictly as the gateway has to write it.</summary>
internal static class EventStream
{
    private const string Start = "event: message\ndata: ";

    /// <summary>Returns the messages and what is wrong; an event that has no end yet is wrong only in a complete stream.</summary>
    public static (List<JsonElement> Messages, string? Fault) Read(string text, bool isComplete)
    {
        var messages = new List<JsonElement>();
        var events = text.Split("\n\n");
        if (isComplete && events[^1].Length > 0)
        {
            return (messages, "the last event has no end");
        }

        foreach (var item in events[..^1])
        {
            if (item.StartsWith(':') && !item.Contains('\n', StringComparison.Ordinal))
            {
                continue;
            }

            if (!item.StartsWith(Start, StringComparison.Ordinal) || item[Start.Length..].AsSpan().ContainsAny('\n', '\r'))
            {
                return (messages, $"a broken event: {item[..Math.Min(item.Length, 200)]}");
            }

            if (Json.Parse(item[Start.Length..]) is not { } message)
            {
                return (messages, $"an event that is no JSON: {item[..Math.Min(item.Length, 300)]}");
            }

            messages.Add(message);
        }

        return (messages, null);
    }
}
