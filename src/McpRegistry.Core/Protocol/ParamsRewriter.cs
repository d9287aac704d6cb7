using System.Buffers;
using McpRegistry.Servers;

namespace McpRegistry.Protocol;

/// <summary>
/// Writes the params of a client's request as an upstream must see them: the item's own name or URI, and the <c>_meta</c> of the
/// upstream's era (protocol.md 2.3). All other bytes are copied as they came.
/// </summary>
internal static class ParamsRewriter
{
    /// <summary>Writes the params object.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="message">The client's request.</param>
    /// <param name="name">The upstream's name or URI of the item as a JSON string; empty leaves the name as it is.</param>
    /// <param name="meta">What the upstream's <c>_meta</c> says.</param>
    /// <param name="answers">
    /// Members without braces that take the place of the client's own <c>inputResponses</c> and <c>requestState</c>; null
    /// leaves those as they are, and empty takes them out.
    /// </param>
    /// <remarks>A legacy server never hears of <c>task</c>: tasks of its revision are not relayed, so nobody may ask for one.</remarks>
    public static void Write(
        IBufferWriter<byte> output, ClientMessage message, ReadOnlySpan<byte> name, in UpstreamMeta meta, ReadOnlyMemory<byte>? answers = null)
    {
        if (message.Params.IsMissing)
        {
            output.Write("{"u8);
            WriteFirst(output, meta, hasMeta: false, answers is { } given ? given.Span : default);
            output.Write("}"u8);
            return;
        }

        var text = message.Raw(message.Params);
        var target = name.IsEmpty ? default : In(message, NameOf(message));
        output.Write("{"u8);
        var isFirst = !WriteFirst(output, meta, hasMeta: !message.Meta.IsMissing, answers is { } replaced ? replaced.Span : default);
        var position = 1;
        var members = new JsonMembers(text);
        while (members.Next())
        {
            if (IsLeftOut(message, members.Value, meta.Era, answers is not null))
            {
                position = members.Value.End;
                continue;
            }

            WriteGap(output, text[position..members.Start], isFirst);
            position = members.Start;
            if (members.Value == In(message, message.Meta))
            {
                output.Write(text[position..members.Value.Start]);
                meta.WriteValue(output, members.RawValue);
                position = members.Value.End;
            }
            else if (!target.IsMissing && members.Value.Start <= target.Start && target.End <= members.Value.End)
            {
                output.Write(text[position..target.Start]);
                output.Write(name);
                position = target.End;
            }

            output.Write(text[position..members.Value.End]);
            position = members.Value.End;
            isFirst = false;
        }

        output.Write(text[position..]);
    }

    /// <summary>
    /// Where the request names its item: <c>params.name</c>, <c>params.uri</c> of a read, <c>params.ref.uri</c> or
    /// <c>params.ref.name</c> of a completion, or <c>params.taskId</c>.
    /// </summary>
    public static Slice NameOf(ClientMessage message) => message.Method switch
    {
        McpMethod.Complete => message.Text(message.RefUri) is null ? message.RefName : message.RefUri,
        McpMethod.ResourcesRead => message.Uri,
        McpMethod.TasksGet or McpMethod.TasksUpdate or McpMethod.TasksCancel => message.TaskId,
        _ => message.Name,
    };

    /// <summary>Writes what the client's params do not have: the envelope and the answers; false when that is nothing.</summary>
    private static bool WriteFirst(IBufferWriter<byte> output, in UpstreamMeta meta, bool hasMeta, ReadOnlySpan<byte> answers)
    {
        var writesMeta = !hasMeta && meta.HasOwnMembers;
        if (writesMeta)
        {
            meta.WriteMember(output);
        }

        if (!answers.IsEmpty)
        {
            output.Write(writesMeta ? ","u8 : ""u8);
            output.Write(answers);
        }

        return writesMeta || !answers.IsEmpty;
    }

    private static bool IsLeftOut(ClientMessage message, Slice value, ProtocolEra era, bool hasAnswers) =>
        (hasAnswers && (value == In(message, message.InputResponses) || value == In(message, message.RequestState)))
        || (era == ProtocolEra.Legacy && message.Method == McpMethod.ToolsCall && value == In(message, message.LegacyTask));

    /// <summary>Writes the white space between two members, with a comma exactly where the written text needs one.</summary>
    private static void WriteGap(IBufferWriter<byte> output, ReadOnlySpan<byte> gap, bool isFirst)
    {
        var comma = gap.IndexOf((byte)',');
        if (!isFirst && comma < 0)
        {
            output.Write(","u8);
        }

        if (isFirst && comma >= 0)
        {
            output.Write(gap[..comma]);
            gap = gap[(comma + 1)..];
        }

        output.Write(gap);
    }

    /// <summary>Where in the params something of the message stands; missing stays missing.</summary>
    private static Slice In(ClientMessage message, Slice slice) =>
        slice.IsMissing ? default : new Slice(slice.Start - message.Params.Start, slice.Length);
}
