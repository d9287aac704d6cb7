using System.Buffers;
using McpRegistry.Protocol;

namespace McpRegistry.Gateway.Tasks;

/// <summary>The state of a task as an answer has it, in the form of a notification: both carry all of it.</summary>
internal static class TaskState
{
    /// <summary>Returns a result of <c>tasks/get</c> as params of <c>notifications/tasks</c>, without what is about the answer itself.</summary>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> result)
    {
        var output = new ArrayBufferWriter<byte>(result.Length + 2);
        var separator = "{"u8;
        var members = new JsonMembers(result);
        while (members.Next())
        {
            if (members.NameIs("resultType"u8))
            {
                continue;
            }

            output.Write(separator);
            separator = ","u8;
            if (members.NameIs("_meta"u8))
            {
                output.Write("\"_meta\":"u8);
                WriteMeta(output, members.RawValue);
            }
            else
            {
                output.Write(members.RawMember);
            }
        }

        output.Write(output.WrittenCount == 0 ? "{}"u8 : "}"u8);
        return output.WrittenSpan;
    }

    private static void WriteMeta(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> meta)
    {
        var separator = "{"u8;
        var isEmpty = true;
        var members = new JsonMembers(meta);
        while (members.Next())
        {
            if (!members.NameIs(MetaKeys.ServerInfoName))
            {
                output.Write(separator);
                output.Write(members.RawMember);
                separator = ","u8;
                isEmpty = false;
            }
        }

        output.Write(isEmpty ? "{}"u8 : "}"u8);
    }
}
