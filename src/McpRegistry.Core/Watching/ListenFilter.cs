using System.Buffers;
using System.Text.Json;
using McpRegistry.Protocol;
using McpRegistry.Snapshots;

namespace McpRegistry.Watching;

/// <summary>What a modern client wants to hear. Members that this gateway does not know are not honoured, and so not acknowledged.</summary>
/// <param name="Lists">The lists.</param>
/// <param name="Uris">The resources, each once.</param>
internal sealed record ListenFilter(ListKinds Lists, IReadOnlyList<string> Uris)
{
    /// <summary>Gets the tasks, each once, by the ids that the client has.</summary>
    public IReadOnlyList<string> TaskIds { get; init; } = [];

    /// <summary>Reads the params of <c>subscriptions/listen</c>; null when they are not of the right form.</summary>
    public static ListenFilter? Read(ReadOnlySpan<byte> parameters)
    {
        var wanted = JsonMembers.Find(parameters, "notifications"u8).Of(parameters);
        if (wanted.IsEmpty || wanted[0] != (byte)'{')
        {
            return null;
        }

        var lists = ListKinds.None;
        IReadOnlyList<string> uris = [];
        IReadOnlyList<string> taskIds = [];
        var members = new JsonMembers(wanted);
        while (members.Next())
        {
            var kind = KindOf(members);
            if (kind != ListKinds.None)
            {
                if (!TryReadFlag(members.RawValue, out var isWanted))
                {
                    return null;
                }

                lists |= isWanted ? kind : ListKinds.None;
            }
            else if (members.NameIs("resourceSubscriptions"u8) || members.NameIs("taskIds"u8))
            {
                if (ReadTexts(members.RawValue) is not { } texts)
                {
                    return null;
                }

                if (members.NameIs("taskIds"u8))
                {
                    taskIds = texts;
                }
                else
                {
                    uris = texts;
                }
            }
        }

        return new ListenFilter(lists, uris) { TaskIds = taskIds };
    }

    public void Write(IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, JsonText.WriterOptions);
        json.WriteStartObject();
        foreach (var kind in ListKindNames.Each)
        {
            if (Lists.HasFlag(kind))
            {
                json.WriteBoolean(Member(kind), true);
            }
        }

        WriteTexts(json, "resourceSubscriptions"u8, Uris);
        WriteTexts(json, "taskIds"u8, TaskIds);
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static ListKinds KindOf(in JsonMembers members)
    {
        foreach (var kind in ListKindNames.Each)
        {
            if (members.NameIs(Member(kind)))
            {
                return kind;
            }
        }

        return ListKinds.None;
    }

    private static ReadOnlySpan<byte> Member(ListKinds kind) => kind switch
    {
        ListKinds.Tools => "toolsListChanged"u8,
        ListKinds.Prompts => "promptsListChanged"u8,
        _ => "resourcesListChanged"u8,
    };

    /// <summary>Some clients write a member that they leave out as null.</summary>
    private static bool TryReadFlag(ReadOnlySpan<byte> raw, out bool value)
    {
        value = raw.SequenceEqual("true"u8);
        return value || raw.SequenceEqual("false"u8) || raw.SequenceEqual("null"u8);
    }

    private static List<string>? ReadTexts(ReadOnlySpan<byte> raw)
    {
        if (raw.SequenceEqual("null"u8))
        {
            return [];
        }

        var texts = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(raw);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return null;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String || JsonMembers.Text(raw[(int)reader.TokenStartIndex..(int)reader.BytesConsumed]) is not { } text)
            {
                return null;
            }

            if (seen.Add(text))
            {
                texts.Add(text);
            }
        }

        return texts;
    }
}
