using System.Buffers;
using McpRegistry.Protocol;

namespace McpRegistry.Gateway.Tasks;

/// <summary>Puts one id of a task in the place of another, wherever a result or notification names the task itself.</summary>
internal static class TaskIdRewriter
{
    /// <summary>The deepest that the extension names a task: in the object, its task, the <c>_meta</c> of that, and the related task in there.</summary>
    private const int MaxDepth = 4;

    /// <summary>Reads the id that an object is about: <c>taskId</c>, or <c>task.taskId</c>; null when there is none.</summary>
    public static string? Read(ReadOnlySpan<byte> json) => JsonMembers.FindText(json, "taskId"u8) ?? JsonMembers.FindText(Inner(json), "taskId"u8);

    /// <summary>Reads how long the task lives, milliseconds; null when that has no end or is not said.</summary>
    public static double? ReadTtl(ReadOnlySpan<byte> json) => Number(json, "ttlMs"u8) ?? Number(Inner(json), "ttlMs"u8);

    /// <summary>Writes an object with all its bytes but the id.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="json">The object.</param>
    /// <param name="from">The id to replace; other ids stay.</param>
    /// <param name="to">The id that takes its place; text without characters that JSON escapes.</param>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> json, string from, string to)
    {
        var found = new List<Slice>();
        Find(json, 0, from, found, MaxDepth);
        var position = 0;
        foreach (var slice in found)
        {
            output.Write(json[position..slice.Start]);
            output.Write(JsonText.Quote(to));
            position = slice.End;
        }

        output.Write(json[position..]);
    }

    private static ReadOnlySpan<byte> Inner(ReadOnlySpan<byte> json)
    {
        var task = JsonMembers.Find(json, "task"u8);
        return task.IsMissing ? default : task.Of(json);
    }

    private static double? Number(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        var slice = JsonMembers.Find(json, name);
        return System.Buffers.Text.Utf8Parser.TryParse(slice.Of(json), out double value, out var consumed) && consumed == slice.Length ? value : null;
    }

    /// <summary>What a tool answers is its own: an equal text in there is none of ours.</summary>
    private static void Find(ReadOnlySpan<byte> json, int offset, string id, List<Slice> found, int depth)
    {
        var members = new JsonMembers(json);
        while (members.Next())
        {
            if (members.NameIs("taskId"u8))
            {
                if (JsonMembers.Text(members.RawValue) == id)
                {
                    found.Add(members.Value with { Start = offset + members.Value.Start });
                }
            }
            else if (depth > 1 && (members.NameIs("task"u8) || members.NameIs("_meta"u8) || members.NameIs(MetaKeys.RelatedTask)))
            {
                Find(members.RawValue, offset + members.Value.Start, id, found, depth - 1);
            }
            else if (depth > 1 && members.NameIs("result"u8))
            {
                FindInMeta(members.RawValue, offset + members.Value.Start, id, found, depth - 1);
            }
        }
    }

    private static void FindInMeta(ReadOnlySpan<byte> result, int offset, string id, List<Slice> found, int depth)
    {
        var meta = JsonMembers.Find(result, "_meta"u8);
        if (!meta.IsMissing)
        {
            Find(meta.Of(result), offset + meta.Start, id, found, depth);
        }
    }
}
