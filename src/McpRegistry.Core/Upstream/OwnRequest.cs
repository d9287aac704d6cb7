using System.Buffers;
using McpRegistry.Protocol;

namespace McpRegistry.Upstream;

/// <summary>A request that the gateway makes for itself: the handshake, discovery, the watch.</summary>
internal sealed class OwnRequest : UpstreamRequest
{
    private static readonly byte[] TaskCapabilities = "{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}"u8.ToArray();

    /// <summary>Asks a modern server to announce changes of its lists.</summary>
    public static OwnRequest ListenForChanges { get; } = new()
    {
        Method = McpMethod.Listen,
        Members = """
            "notifications":{"toolsListChanged":true,"promptsListChanged":true,"resourcesListChanged":true}
            """u8.ToArray(),
    };

    /// <summary>Asks a modern server to tell when resources change.</summary>
    public static OwnRequest ListenFor(IEnumerable<string> uris) => new()
    {
        Method = McpMethod.Listen,
        Members = (byte[])[.. "\"notifications\":{\"resourceSubscriptions\":["u8, .. Join(uris), .. "]}"u8],
    };

    /// <summary>Asks a modern server to tell when tasks change.</summary>
    public static OwnRequest ListenForTasks(IEnumerable<string> ids) => new()
    {
        Method = McpMethod.Listen,
        Capabilities = TaskCapabilities,
        Members = (byte[])[.. "\"notifications\":{\"taskIds\":["u8, .. Join(ids), .. "]}"u8],
    };

    /// <summary>Asks a modern server how a task is.</summary>
    public static OwnRequest ForTask(string id) => new()
    {
        Method = McpMethod.TasksGet,
        RoutingName = id,
        Capabilities = TaskCapabilities,
        Members = (byte[])[.. "\"taskId\":"u8, .. JsonText.Quote(id)],
    };

    /// <summary>A request that names nothing but a resource.</summary>
    public static OwnRequest About(McpMethod method, string uri) => new() { Method = method, Members = (byte[])[.. "\"uri\":"u8, .. JsonText.Quote(uri)] };

    /// <summary>Gets the capabilities to declare to a modern server, as a raw object; empty for none.</summary>
    public ReadOnlyMemory<byte> Capabilities { get; init; }

    /// <summary>Gets the members of params without braces, for example <c>"cursor":"x"</c>; empty for none.</summary>
    public ReadOnlyMemory<byte> Members { get; init; }

    public override void WriteParams(IBufferWriter<byte> output, long id, UpstreamHandshake peer)
    {
        var meta = new UpstreamMeta
        {
            Era = peer.Era,
            ProtocolVersion = peer.RevisionJson,
            Capabilities = Capabilities.Span,
            ClientInfo = GatewayIdentity.ClientInfo,
        };
        output.Write("{"u8);
        if (meta.HasOwnMembers)
        {
            meta.WriteMember(output);
            output.Write(Members.IsEmpty ? ""u8 : ","u8);
        }

        output.Write(Members.Span);
        output.Write("}"u8);
    }

    private static byte[] Join(IEnumerable<string> texts)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var text in texts)
        {
            output.Write(output.WrittenCount == 0 ? ""u8 : ","u8);
            output.Write(JsonText.Quote(text));
        }

        return output.WrittenSpan.ToArray();
    }
}
