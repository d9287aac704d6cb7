using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace McpRegistry.Protocol;

/// <summary>Writes the params of a server's question as the client's revision knows them (protocol.md 5.2).</summary>
internal static class QuestionRewriter
{
    /// <summary>Writes for a legacy client.</summary>
    /// <param name="method">What is asked.</param>
    /// <param name="parameters">The raw params of the server; empty for none.</param>
    /// <param name="revision">The client's revision.</param>
    /// <param name="isModern">Whether a modern server asks.</param>
    public static ReadOnlyMemory<byte> ForLegacy(McpMethod method, ReadOnlySpan<byte> parameters, string revision, bool isModern)
    {
        var isOld = ProtocolRevision.IsBefore(revision, ProtocolRevision.NewestLegacy);
        return method switch
        {
            McpMethod.Elicitation when isOld => Without(parameters, "mode"u8, default),

            // Only 2025-11-25 knows the mode, and there the id is not optional.
            McpMethod.Elicitation when isModern && JsonMembers.FindText(parameters, "mode"u8) == "url" =>
                Without(parameters, "elicitationId"u8, Encoding.ASCII.GetBytes($"\"elicitationId\":\"{RandomNumberGenerator.GetHexString(32, lowercase: true)}\"")),
            McpMethod.Sampling when isOld => WithSingleContents(parameters),
            _ => parameters.ToArray(),
        };
    }

    /// <summary>Writes for a modern client: an entry of <c>inputRequests</c> names no id.</summary>
    public static ReadOnlyMemory<byte> ForModern(McpMethod method, ReadOnlySpan<byte> parameters) =>
        method == McpMethod.Elicitation ? Without(parameters, "elicitationId"u8, default) : parameters.ToArray();

    private static ReadOnlyMemory<byte> Without(ReadOnlySpan<byte> parameters, ReadOnlySpan<byte> name, ReadOnlySpan<byte> added)
    {
        var output = new ArrayBufferWriter<byte>(parameters.Length + added.Length + 2);
        output.Write("{"u8);
        output.Write(added);
        var separator = added.IsEmpty ? ""u8 : ","u8;
        var members = new JsonMembers(parameters);
        while (members.Next())
        {
            if (!members.NameIs(name))
            {
                output.Write(separator);
                output.Write(members.RawMember);
                separator = ","u8;
            }
        }

        output.Write("}"u8);
        return output.WrittenMemory;
    }

    /// <summary>Before 2025-11-25 a message has one content and not a list of them.</summary>
    private static ReadOnlyMemory<byte> WithSingleContents(ReadOnlySpan<byte> parameters)
    {
        var messages = JsonMembers.Find(parameters, "messages"u8);
        if (messages.IsMissing)
        {
            return parameters.ToArray();
        }

        var text = parameters.ToArray();
        var output = new ArrayBufferWriter<byte>(text.Length);
        var position = 0;
        foreach (var message in JsonElements.Of(text, messages))
        {
            var content = JsonMembers.Find(message.Of(text.AsSpan()), "content"u8);
            if (content.IsMissing || Single(text, new Slice(message.Start + content.Start, content.Length)) is not { } single)
            {
                continue;
            }

            output.Write(text.AsSpan(position, message.Start + content.Start - position));
            output.Write(single.Of(text.AsSpan()));
            position = message.Start + content.End;
        }

        output.Write(text.AsSpan(position));
        return output.WrittenMemory;
    }

    private static Slice? Single(byte[] text, Slice array)
    {
        var reader = new Utf8JsonReader(array.Of(text.AsSpan()), new JsonReaderOptions { MaxDepth = int.MaxValue });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return null;
        }

        var elements = JsonElements.Of(text, array);
        return elements.Count == 1 ? elements[0] : null;
    }
}
