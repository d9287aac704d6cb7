using System.Text;
using System.Text.Json;
using McpRegistry.ProtocolFuzz.Checks;
using McpRegistry.ProtocolFuzz.Wire;

namespace McpRegistry.ProtocolFuzz.Clients;

/// <summary>What a case learns from its answers and puts into its next requests, in place of a word in double braces.</summary>
internal sealed class CaseMemory
{
    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal)
    {
        ["session"] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ["other"] = "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB",
        ["cursor"] = "forged-cursor",
        ["state"] = "forged-state",
        ["task"] = "forged-task",
        ["question"] = "forged-question",
    };

    public void Set(string name, string value)
    {
        lock (_known)
        {
            _known[name] = value;
        }
    }

    public byte[] Fill(byte[] text)
    {
        if (text.AsSpan().IndexOf("{{"u8) < 0)
        {
            return text;
        }

        // Latin-1 keeps every byte as it is.
        var filled = new StringBuilder(Encoding.Latin1.GetString(text));
        lock (_known)
        {
            foreach (var (name, value) in _known)
            {
                filled.Replace($"{{{{{name}}}}}", value);
            }
        }

        return Encoding.Latin1.GetBytes(filled.ToString());
    }

    /// <summary>Notes what an answer gave to be used again.</summary>
    public void Learn(RawResponse response)
    {
        if (response.Header("Mcp-Session-Id") is { } session)
        {
            Set("session", session);
        }
    }

    /// <summary>Notes what a message gave to be used again.</summary>
    public void Learn(JsonElement message)
    {
        var result = Json.Member(message, "result");
        foreach (var (member, name) in new[] { ("nextCursor", "cursor"), ("requestState", "state"), ("taskId", "task") })
        {
            // What would need escapes cannot be put into a header or string as it is.
            if (Json.Text(Json.Member(result, member)) is { } text && text.All(static letter => letter is > ' ' and < '\u007f' and not ('"' or '\\')))
            {
                Set(name, text);
            }
        }
    }
}
