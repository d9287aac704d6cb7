using System.Buffers;
using McpRegistry.Servers;

namespace McpRegistry.Protocol;

/// <summary>What the <c>_meta</c> of a request to an upstream says (protocol.md 2.3). Raw JSON values; empty means absent.</summary>
internal readonly ref struct UpstreamMeta
{
    public required ProtocolEra Era { get; init; }

    public required ReadOnlySpan<byte> ProtocolVersion { get; init; }

    public ReadOnlySpan<byte> Capabilities { get; init; }

    public ReadOnlySpan<byte> ClientInfo { get; init; }

    public ReadOnlySpan<byte> LogLevel { get; init; }

    /// <summary>The gateway's token; 0 asks for no progress.</summary>
    public long ProgressToken { get; init; }

    /// <summary>The gateway's span as the parent of the upstream's; empty leaves the client's trace context as it came.</summary>
    public ReadOnlySpan<byte> TraceParent { get; init; }

    public ReadOnlySpan<byte> TraceState { get; init; }

    /// <summary>Whether the client's baggage, which may say anything of the caller, travels on.</summary>
    public bool ForwardsBaggage { get; init; }

    /// <summary>Tells whether there is anything to say that the client has not said.</summary>
    public bool HasOwnMembers => Era == ProtocolEra.Modern || ProgressToken != 0 || !TraceParent.IsEmpty;

    /// <summary>Writes <c>"_meta":{...}</c> for a params object that has none.</summary>
    public void WriteMember(IBufferWriter<byte> output)
    {
        output.Write("\"_meta\":"u8);
        WriteValue(output, []);
    }

    /// <summary>Writes the object: the gateway's members, then the client's own that travel on.</summary>
    public void WriteValue(IBufferWriter<byte> output, ReadOnlySpan<byte> clientMeta)
    {
        var first = true;
        output.Write("{"u8);
        if (Era == ProtocolEra.Modern)
        {
            Write(output, "\"io.modelcontextprotocol/protocolVersion\":"u8, ProtocolVersion, ref first);
            Write(output, "\"io.modelcontextprotocol/clientCapabilities\":"u8, Capabilities.IsEmpty ? "{}"u8 : Capabilities, ref first);
            Write(output, "\"io.modelcontextprotocol/clientInfo\":"u8, ClientInfo, ref first);
            Write(output, "\"io.modelcontextprotocol/logLevel\":"u8, LogLevel, ref first);
        }

        if (ProgressToken != 0)
        {
            Span<byte> token = stackalloc byte[20];
            ProgressToken.TryFormat(token, out var length, default, System.Globalization.CultureInfo.InvariantCulture);
            Write(output, "\"progressToken\":"u8, token[..length], ref first);
        }

        Write(output, "\"traceparent\":"u8, TraceParent, ref first);
        Write(output, "\"tracestate\":"u8, TraceState, ref first);
        CopyClientMembers(output, clientMeta, ref first);
        output.Write("}"u8);
    }

    private void CopyClientMembers(IBufferWriter<byte> output, ReadOnlySpan<byte> clientMeta, ref bool first)
    {
        if (clientMeta.IsEmpty)
        {
            return;
        }

        var members = new JsonMembers(clientMeta);
        while (members.Next())
        {
            if (!IsReplaced(members))
            {
                Write(output, members.RawMember, [], ref first);
            }
        }
    }

    /// <summary>Reserved keys of extensions travel on to modern upstreams only.</summary>
    private bool IsReplaced(in JsonMembers members) =>
        members.NameIs(MetaKeys.ProgressToken)
        || members.NameIs(MetaKeys.ProtocolVersion)
        || members.NameIs(MetaKeys.ClientCapabilities)
        || members.NameIs(MetaKeys.ClientInfo)
        || members.NameIs(MetaKeys.LogLevel)
        || (!ForwardsBaggage && members.NameIs(MetaKeys.Baggage))
        || (!TraceParent.IsEmpty && (members.NameIs(MetaKeys.TraceParent) || members.NameIs(MetaKeys.TraceState)))
        || (Era == ProtocolEra.Legacy && members.NameStartsWith(MetaKeys.ReservedPrefix));

    private static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ref bool first)
    {
        // A named value that is absent is left out; a raw member has its value inside.
        if (name[^1] == (byte)':' && value.IsEmpty)
        {
            return;
        }

        output.Write(first ? ""u8 : ","u8);
        output.Write(name);
        output.Write(value);
        first = false;
    }
}
