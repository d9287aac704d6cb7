using System.Buffers;
using McpRegistry.Servers;

namespace McpRegistry.Protocol;

/// <summary>
/// Writes the params of a client's request as an upstream must see them: the item's own name, and the <c>_meta</c> of the
/// upstream's era (protocol.md 2.3). All other bytes are copied as they came.
/// </summary>
internal static class ParamsRewriter
{
    /// <summary>Writes the params object.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="message">The client's request.</param>
    /// <param name="name">The upstream's name of the item as a JSON string; empty leaves the name as it is.</param>
    /// <param name="meta">What the upstream's <c>_meta</c> says.</param>
    /// <param name="answers">
    /// Members without braces that take the place of the client's own <c>inputResponses</c> and <c>requestState</c>; null
    /// leaves those as they are, and empty takes them out.
    /// </param>
    /// <remarks>A legacy server never hears of <c>task</c>: tasks of its revision are not relayed, so nobody may ask for one.</remarks>
    public static void Write(
        IBufferWriter<byte> output, ClientMessage message, ReadOnlySpan<byte> name, in UpstreamMeta meta, ReadOnlyMemory<byte>? answers = null)
    {
        var dropsTask = meta.Era == ProtocolEra.Legacy && message.Method == McpMethod.ToolsCall && !message.LegacyTask.IsMissing;
        var replaces = answers is { } replaced && (!replaced.IsEmpty || !message.InputResponses.IsMissing || !message.RequestState.IsMissing);
        if (dropsTask || replaces)
        {
            WriteMembers(output, message, name, meta, replaces ? answers : null, dropsTask);
            return;
        }

        if (message.Params.IsMissing)
        {
            output.Write("{"u8);
            meta.WriteMember(output, [], isLast: true);
            output.Write("}"u8);
            return;
        }

        var body = message.Body.Span;
        var position = message.Params.Start;
        if (message.Meta.IsMissing)
        {
            output.Write("{"u8);
            position++;
            meta.WriteMember(output, [], isLast: IsEmptyObject(message.Raw(message.Params)));
        }

        var target = name.IsEmpty ? default : NameOf(message);

        // Two edits at most, and either may come first in the text.
        if (!target.IsMissing && !message.Meta.IsMissing && target.Start > message.Meta.Start)
        {
            position = Edit(output, body, position, message.Meta, default, meta, message);
            position = Edit(output, body, position, target, name, meta, message);
        }
        else
        {
            position = target.IsMissing ? position : Edit(output, body, position, target, name, meta, message);
            position = message.Meta.IsMissing ? position : Edit(output, body, position, message.Meta, default, meta, message);
        }

        output.Write(body[position..message.Params.End]);
    }

    private static void WriteMembers(
        IBufferWriter<byte> output, ClientMessage message, ReadOnlySpan<byte> name, in UpstreamMeta meta, ReadOnlyMemory<byte>? answers, bool dropsTask)
    {
        output.Write("{"u8);
        var separator = ""u8;
        if (meta.IsWritten(message.Raw(message.Meta)))
        {
            meta.WriteMember(output, message.Raw(message.Meta), isLast: true);
            separator = ","u8;
        }

        if (answers is { IsEmpty: false } replaced)
        {
            output.Write(separator);
            output.Write(replaced.Span);
            separator = ","u8;
        }

        var members = new JsonMembers(message.Raw(message.Params));
        while (members.Next())
        {
            if (members.NameIs("_meta"u8)
                || (answers is not null && (members.NameIs("inputResponses"u8) || members.NameIs("requestState"u8)))
                || (dropsTask && members.NameIs("task"u8)))
            {
                continue;
            }

            output.Write(separator);
            if (!name.IsEmpty && members.NameIs("name"u8))
            {
                output.Write("\"name\":"u8);
                output.Write(name);
            }
            else
            {
                output.Write(members.RawMember);
            }

            separator = ","u8;
        }

        output.Write("}"u8);
    }

    /// <summary>Where the request names its item: <c>params.name</c>, <c>params.ref.name</c> of a completion, or <c>params.taskId</c>.</summary>
    public static Slice NameOf(ClientMessage message) => message.Method switch
    {
        McpMethod.Complete => message.RefName,
        McpMethod.TasksGet or McpMethod.TasksUpdate or McpMethod.TasksCancel => message.TaskId,
        _ => message.Name,
    };

    private static int Edit(
        IBufferWriter<byte> output, ReadOnlySpan<byte> body, int position, Slice edit, ReadOnlySpan<byte> text, in UpstreamMeta meta, ClientMessage message)
    {
        output.Write(body[position..edit.Start]);
        if (edit == message.Meta)
        {
            meta.WriteValue(output, message.Raw(message.Meta));
        }
        else
        {
            output.Write(text);
        }

        return edit.End;
    }

    private static bool IsEmptyObject(ReadOnlySpan<byte> json) => !new JsonMembers(json).Next();
}
