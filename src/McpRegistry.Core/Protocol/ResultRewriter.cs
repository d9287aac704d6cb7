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
    /// <param name="serverInfo">Who a modern client is told has answered, as a raw object; empty leaves what the upstream says.</param>
    /// <param name="wrapsOutput">Whether legacy clients know the output of the called tool as a member of an object, whatever it is.</param>
    public static void WriteResult(
        IBufferWriter<byte> output, ReadOnlySpan<byte> clientId, ReadOnlySpan<byte> result, McpMethod method, ProtocolEra from, ProtocolEra to,
        long legacyListTtlMs = 0, ReadOnlySpan<byte> serverInfo = default, bool wrapsOutput = false)
    {
        output.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        output.Write(clientId);
        output.Write(",\"result\":"u8);
        if (from == to && (to == ProtocolEra.Legacy || serverInfo.IsEmpty))
        {
            output.Write(result);
        }
        else if (from == to)
        {
            CacheableResult.Read(result).Write(output, result, hint: null, serverInfo);
        }
        else if (to == ProtocolEra.Modern)
        {
            WriteModern(output, result, method, McpMethods.IsList(method) ? legacyListTtlMs : 0, serverInfo);
        }
        else
        {
            WriteLegacy(output, result, method, method == McpMethod.ToolsCall ? LegacyOutput.Find(result, wrapsOutput) : default);
        }

        output.Write("}"u8);
    }

    /// <summary>Writes a whole response for a modern client with a modern result, of which only the hint changes, and who answers.</summary>
    public static void WriteHinted(
        IBufferWriter<byte> output, ReadOnlySpan<byte> clientId, ReadOnlySpan<byte> result, CacheableResult layout, CacheHint hint, ReadOnlySpan<byte> serverInfo)
    {
        output.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        output.Write(clientId);
        output.Write(",\"result\":"u8);
        layout.Write(output, result, hint, serverInfo);
        output.Write("}"u8);
    }

    /// <summary>Tells whether a modern result is a question to the client and not an answer.</summary>
    public static bool IsComplete(ReadOnlySpan<byte> result)
    {
        var type = JsonMembers.Find(result, "resultType"u8);
        return type.IsMissing || type.Of(result).SequenceEqual("\"complete\""u8);
    }

    private static void WriteModern(IBufferWriter<byte> output, ReadOnlySpan<byte> result, McpMethod method, long ttlMs, ReadOnlySpan<byte> serverInfo)
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

        var needsInfo = !serverInfo.IsEmpty;
        var members = new JsonMembers(result);
        while (members.Next())
        {
            if (IsModernMember(members, cacheable))
            {
                continue;
            }

            output.Write(","u8);
            if (needsInfo && members.NameIs("_meta"u8))
            {
                needsInfo = false;
                WriteMeta(output, members.RawValue, serverInfo);
            }
            else
            {
                output.Write(members.RawMember);
            }
        }

        if (needsInfo)
        {
            output.Write(","u8);
            WriteMeta(output, [], serverInfo);
        }

        output.Write("}"u8);
    }

    private static void WriteMeta(IBufferWriter<byte> output, ReadOnlySpan<byte> meta, ReadOnlySpan<byte> serverInfo)
    {
        output.Write("\"_meta\":"u8);
        ServerInfoMeta.Write(output, meta, serverInfo);
    }

    private static void WriteLegacy(IBufferWriter<byte> output, ReadOnlySpan<byte> result, McpMethod method, Slice wrapped)
    {
        var cacheable = McpMethods.IsCacheable(method);
        var needsContent = !wrapped.IsMissing;
        var separator = "{"u8;
        var members = new JsonMembers(result);
        while (members.Next())
        {
            if (IsModernMember(members, cacheable))
            {
                continue;
            }

            var isMeta = members.NameIs("_meta"u8);
            var meta = isMeta ? ServerInfoMeta.Without(members.RawValue) : default;
            if (isMeta && meta.IsEmpty)
            {
                continue;
            }

            output.Write(separator);
            separator = ","u8;
            output.Write(result[members.Start..members.Value.Start]);
            if (isMeta)
            {
                output.Write(meta);
            }
            else if (method == McpMethod.ToolsList && members.NameIs("tools"u8))
            {
                LegacyOutput.WriteTools(output, members.RawValue);
            }
            else if (members.Value == wrapped)
            {
                LegacyOutput.WriteStructured(output, members.RawValue);
            }
            else if (needsContent && members.NameIs("content"u8))
            {
                needsContent = false;
                LegacyOutput.WriteContent(output, members.RawValue, wrapped.Of(result));
            }
            else
            {
                output.Write(members.RawValue);
            }
        }

        if (needsContent)
        {
            output.Write(",\"content\":"u8);
            LegacyOutput.WriteContent(output, [], wrapped.Of(result));
        }

        output.Write(separator.SequenceEqual("{"u8) ? "{}"u8 : "}"u8);
    }

    private static bool IsModernMember(in JsonMembers members, bool cacheable) =>
        members.NameIs("resultType"u8) || (cacheable && (members.NameIs("ttlMs"u8) || members.NameIs("cacheScope"u8)));

    /// <summary>Writes an error response, without the codes that a modern client must never see.</summary>
    public static void WriteError(
        IBufferWriter<byte> output, ReadOnlySpan<byte> clientId, ReadOnlySpan<byte> error, int code, ReadOnlySpan<byte> uri, ProtocolEra to)
    {
        output.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        output.Write(clientId);
        output.Write(",\"error\":"u8);
        if (to == ProtocolEra.Modern && code == ErrorCodes.LegacyResourceNotFound)
        {
            WriteResourceNotFound(output, error, uri);
        }
        else if (IsError(error))
        {
            output.Write(error);
        }
        else
        {
            WriteMended(output, error, code);
        }

        output.Write("}"u8);
    }

    /// <summary>Tells whether this is what JSON-RPC calls an error: a number as its code and a text as its message.</summary>
    private static bool IsError(ReadOnlySpan<byte> error)
    {
        var code = JsonMembers.Find(error, "code"u8);
        return !code.IsMissing && (code.Of(error)[0] == (byte)'-' || char.IsAsciiDigit((char)code.Of(error)[0])) && !Message(error).IsEmpty;
    }

    /// <summary>Returns the raw message of an error; empty when it has none that is a text.</summary>
    private static ReadOnlySpan<byte> Message(ReadOnlySpan<byte> error)
    {
        var message = JsonMembers.Find(error, "message"u8).Of(error);
        return message is [(byte)'"', ..] ? message : [];
    }

    /// <summary>A strict client would lose its whole answer over an error without a code or message; what else it says stays.</summary>
    private static void WriteMended(IBufferWriter<byte> output, ReadOnlySpan<byte> error, int code)
    {
        output.Write("{\"code\":"u8);
        output.WriteNumber(code);
        output.Write(",\"message\":"u8);
        output.Write(Message(error) is { IsEmpty: false } message ? message : "\"The server gave no reason.\""u8);
        var members = new JsonMembers(error);
        while (members.Next())
        {
            if (!members.NameIs("code"u8) && !members.NameIs("message"u8))
            {
                output.Write(","u8);
                output.Write(members.RawMember);
            }
        }

        output.Write("}"u8);
    }

    private static void WriteResourceNotFound(IBufferWriter<byte> output, ReadOnlySpan<byte> error, ReadOnlySpan<byte> uri)
    {
        output.Write("{\"code\":"u8);
        output.WriteNumber(ErrorCodes.InvalidParams);
        output.Write(",\"message\":"u8);
        output.Write(Message(error) is { IsEmpty: false } message ? message : "\"Resource not found\""u8);
        output.Write(",\"data\":{\"uri\":"u8);
        var data = JsonMembers.Find(error, "data"u8).Of(error);
        var named = uri.IsEmpty ? JsonMembers.Find(data, "uri"u8).Of(data) : uri;
        output.Write(named.IsEmpty ? "null"u8 : named);
        var members = new JsonMembers(data);
        while (members.Next())
        {
            if (!members.NameIs("uri"u8))
            {
                output.Write(","u8);
                output.Write(members.RawMember);
            }
        }

        output.Write("}}"u8);
    }
}
