using System.Buffers;
using System.Text;

namespace McpRegistry.Protocol;

/// <summary>
/// Revisions before 2026-07-28 want an object where that one takes any value: as the root of a tool's output schema and as structured
/// content. What is none travels as the member <c>result</c> of an object, in both, so that the one still describes the other (SEP-2106).
/// </summary>
internal static class LegacyOutput
{
    /// <summary>Tells whether a tool describes an output that earlier revisions have no form for.</summary>
    public static bool IsWrapped(ReadOnlySpan<byte> tool)
    {
        var schema = JsonMembers.Find(tool, "outputSchema"u8);
        return !schema.IsMissing && schema.Of(tool)[0] == (byte)'{' && JsonMembers.FindText(schema.Of(tool), "type"u8) != "object";
    }

    /// <summary>Returns the entry of a tool as earlier revisions know it; empty where that is the same.</summary>
    public static ReadOnlyMemory<byte> ToolOf(ReadOnlySpan<byte> tool)
    {
        if (!IsWrapped(tool))
        {
            return default;
        }

        var output = new ArrayBufferWriter<byte>(tool.Length + 128);
        WriteTool(output, tool);
        return output.WrittenMemory;
    }

    /// <summary>Writes the array of tools of a list.</summary>
    public static void WriteTools(IBufferWriter<byte> output, ReadOnlySpan<byte> tools) => JsonElements.WriteEach(output, tools, WriteTool);

    private static void WriteTool(IBufferWriter<byte> output, ReadOnlySpan<byte> tool)
    {
        if (!IsWrapped(tool))
        {
            output.Write(tool);
            return;
        }

        var schema = JsonMembers.Find(tool, "outputSchema"u8);
        output.Write(tool[..schema.Start]);
        LegacyOutputSchema.Write(output, schema.Of(tool));
        output.Write(tool[schema.End..]);
    }

    /// <summary>
    /// Finds what is to be wrapped in a tool's result: structured content that is no object, or that belongs to a schema that was wrapped.
    /// Missing when it can stay as it is.
    /// </summary>
    /// <param name="result">The result.</param>
    /// <param name="isWrapped">Whether the tool's output <see cref="IsWrapped"/>.</param>
    public static Slice Find(ReadOnlySpan<byte> result, bool isWrapped)
    {
        var value = JsonMembers.Find(result, "structuredContent"u8);
        return !value.IsMissing && (isWrapped || value.Of(result)[0] != (byte)'{') ? value : default;
    }

    /// <summary>Writes structured content as the member of an object.</summary>
    public static void WriteStructured(IBufferWriter<byte> output, ReadOnlySpan<byte> value)
    {
        output.Write("{\"result\":"u8);
        output.Write(value);
        output.Write("}"u8);
    }

    /// <summary>Writes the content of a result with a value in it as text, for clients that do not look at structured content, unless it has a text.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="content">The content; empty for none.</param>
    /// <param name="value">The structured content.</param>
    public static void WriteContent(IBufferWriter<byte> output, ReadOnlySpan<byte> content, ReadOnlySpan<byte> value)
    {
        var text = content.ToArray();
        var blocks = JsonElements.Of(text, new Slice(0, text.Length));
        if ((!content.IsEmpty && content[0] != (byte)'[') || blocks.Exists(block => JsonMembers.FindText(block.Of(text.AsSpan()), "type"u8) == "text"))
        {
            output.Write(content);
            return;
        }

        var others = content.IsEmpty ? content : content[1..^1].Trim(" \t\r\n"u8);
        output.Write("["u8);
        output.Write(others);
        output.Write(others.IsEmpty ? ""u8 : ","u8);
        output.Write("{\"type\":\"text\",\"text\":"u8);
        output.Write(JsonText.Quote(Encoding.UTF8.GetString(value)));
        output.Write("}]"u8);
    }
}
