using System.Buffers;
using McpRegistry.Protocol;

namespace McpRegistry.Upstream;

/// <summary>The small messages of a legacy client that carry no payload of a caller.</summary>
internal static class LegacyMessages
{
    public static ReadOnlyMemory<byte> Initialized { get; } =
        """{"jsonrpc":"2.0","method":"notifications/initialized"}"""u8.ToArray();

    public static ReadOnlyMemory<byte> Cancelled(long id)
    {
        var output = new ArrayBufferWriter<byte>(128);
        output.Write("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"""u8);
        output.WriteNumber(id);
        output.Write(""","reason":"The caller gave up."}}"""u8);
        return output.WrittenMemory;
    }

    /// <summary>The request that opens a session.</summary>
    public static OwnRequest Initialize(string revision, ClientProfile profile) => new()
    {
        Method = McpMethod.Initialize,
        Members = (byte[])
        [
            .. "\"protocolVersion\":"u8, .. JsonText.Quote(revision),
            .. ",\"capabilities\":"u8, .. profile.Capabilities.Span,
            .. ",\"clientInfo\":"u8, .. profile.ClientInfo.IsEmpty ? GatewayIdentity.Json : profile.ClientInfo.Span,
        ],
    };

    public static OwnRequest SetLevel(LogLevel level) => new()
    {
        Method = McpMethod.SetLogLevel,
        Members = System.Text.Encoding.UTF8.GetBytes($"\"level\":\"{LogLevels.Name(level)}\""),
    };
}
