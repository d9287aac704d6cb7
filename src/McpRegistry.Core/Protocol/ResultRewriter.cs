using System.Buffers;
using McpRegistry.Servers;

namespace McpRegistry.Protocol;

/// <summary>
/// Writes the answer of an upstream as the client's era wants it (protocol.md 5.1 and 5.2). Within one era only the id
/// changes; between eras members that only one of them knows are added or left out.
/// </summary>
internal static class ResultRewriter
{
    /// <summary>Writes a whole JSON-RPC response.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="clientId">The id of the client's request.</param>
    /// <param name="result">The upstream's result.</param>
    /// <param name="method">What was asked.</param>
    /// <param name="from">The upstream's era.</param>
    /// <param name="to">The client's era.</param>
    /// <param name="legacyListTtlMs">How long a modern client may keep a list of a legacy upstream, ms.</param>
    public static void WriteResult(
        IBufferWriter<byte> output, ReadOnlySpan<byte> clientId, ReadOnlySpan<byte> result, McpMethod method, ProtocolEra from, ProtocolEra to, long legacyListTtlMs = 0)
    {
        output.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        output.Write(clientId);
        output.Write(",\"result\":"u8);
        if (from == to)
        {
            output.Write(result);
        }
        else if (to == ProtocolEra.Modern)
        {
            WriteModern(output, result, method, McpMethods.IsList(method) ? legacyListTtlMs : 0);
        }
        else
        {
            WriteLegacy(output, result, method);
        }

        output.Write("}"u8);
    }

    /// <summary>Writes a whole response for a modern client with a modern result, of which only the hint changes.</summary>
    public static void WriteHinted(IBufferWriter<byte> output, ReadOnlySpan<byte> clientId, ReadOnlySpan<byte> result, CacheableResult layout, CacheHint hint)
    {
        output.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        output.Write(clientId);
        output.Write(",\"result\":"u8);
        layout.Write(output, result, hint);
        output.Write("}"u8);
    }

    /// <summary>Tells whether a modern result is a question to the client and not an answer.</summary>
    public static bool IsComplete(ReadOnlySpan<byte> result)
    {
        var type = JsonMembers.Find(result, "resultType"u8);
        return type.IsMissing || type.Of(result).SequenceEqual("\"complete\""u8);
    }

    private static void WriteModern(IBufferWriter<byte> output, ReadOnlySpan<byte> result, McpMethod method, long ttlMs)
    {
        output.Write("{\"resultType\":\"complete\""u8);
        var cacheable = McpMethods.IsCacheable(method);
        if (cacheable)
        {
            // A legacy server says nothing about caching, so nobody but the operator can allow it.
            output.Write(",\"ttlMs\":"u8);
            output.WriteNumber(ttlMs);
            output.Write(",\"cacheScope\":\"private\""u8);
        }

        var members = new JsonMembers(result);
        while (members.Next())
        {
            if (!IsModernMember(members, cacheable))
            {
                output.Write(","u8);
                output.Write(members.RawMember);
            }
        }

        output.Write("}"u8);
    }

    private static void WriteLegacy(IBufferWriter<byte> output, ReadOnlySpan<byte> result, McpMethod method)
    {
        var cacheable = McpMethods.IsCacheable(method);
        var separator = "{"u8;
        var members = new JsonMembers(result);
        while (members.Next())
        {
            if (!IsModernMember(members, cacheable))
            {
                output.Write(separator);
                output.Write(members.RawMember);
                separator = ","u8;
            }
        }

        output.Write(separator.SequenceEqual("{"u8) ? "{}"u8 : "}"u8);
    }

    private static bool IsModernMember(in JsonMembers members, bool cacheable) =>
        members.NameIs("resultType"u8) || (cacheable && (members.NameIs("ttlMs"u8) || members.NameIs("cacheScope"u8)));

    /// <summary>Writes an error response, with the codes that only one era has translated.</summary>
    public static void WriteError(
        IBufferWriter<byte> output, ReadOnlySpan<byte> clientId, ReadOnlySpan<byte> error, int code, ReadOnlySpan<byte> uri, ProtocolEra from, ProtocolEra to)
    {
        output.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        output.Write(clientId);
        output.Write(",\"error\":"u8);
        if (from == ProtocolEra.Legacy && to == ProtocolEra.Modern && code == ErrorCodes.LegacyResourceNotFound)
        {
            WriteResourceNotFound(output, error, uri);
        }
        else
        {
            output.Write(error);
        }

        output.Write("}"u8);
    }

    private static void WriteResourceNotFound(IBufferWriter<byte> output, ReadOnlySpan<byte> error, ReadOnlySpan<byte> uri)
    {
        output.Write("{\"code\":"u8);
        output.WriteNumber(ErrorCodes.InvalidParams);
        var message = JsonMembers.Find(error, "message"u8);
        output.Write(",\"message\":"u8);
        output.Write(message.IsMissing ? "\"Resource not found\""u8 : message.Of(error));
        output.Write(",\"data\":{\"uri\":"u8);
        output.Write(uri.IsEmpty ? "null"u8 : uri);
        output.Write("}}"u8);
    }
}
