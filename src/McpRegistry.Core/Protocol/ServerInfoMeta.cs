using System.Buffers;

namespace McpRegistry.Protocol;

/// <summary>Changes what the <c>_meta</c> of a modern result says about who answers (protocol.md 2.3).</summary>
internal static class ServerInfoMeta
{
    /// <summary>Writes the object with another server in it.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="meta">The server's own object; anything else counts as an empty one.</param>
    /// <param name="serverInfo">Who answers, as a raw object.</param>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> meta, ReadOnlySpan<byte> serverInfo)
    {
        output.Write("{\"io.modelcontextprotocol/serverInfo\":"u8);
        output.Write(serverInfo);
        var members = new JsonMembers(meta);
        while (members.Next())
        {
            if (!members.NameIs(MetaKeys.ServerInfoName))
            {
                output.Write(","u8);
                output.Write(members.RawMember);
            }
        }

        output.Write("}"u8);
    }

    /// <summary>Returns the object without a server in it, for revisions that do not know that; empty when nothing else is in it.</summary>
    public static ReadOnlySpan<byte> Without(ReadOnlySpan<byte> meta)
    {
        if (JsonMembers.Find(meta, MetaKeys.ServerInfoName).IsMissing)
        {
            return meta;
        }

        var output = new ArrayBufferWriter<byte>(meta.Length);
        var members = new JsonMembers(meta);
        while (members.Next())
        {
            if (!members.NameIs(MetaKeys.ServerInfoName))
            {
                output.Write(output.WrittenCount == 0 ? "{"u8 : ","u8);
                output.Write(members.RawMember);
            }
        }

        if (output.WrittenCount > 0)
        {
            output.Write("}"u8);
        }

        return output.WrittenSpan;
    }
}
