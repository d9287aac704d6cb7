using System.Text.Json.Serialization;
using McpRegistry.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Servers;

[JsonSerializable(typeof(ServerView))]
[JsonSerializable(typeof(ServerListView))]
[JsonSerializable(typeof(DiscoveryView))]
internal sealed partial class ServerJsonContext : JsonSerializerContext
{
    public static ServerJsonContext Readable { get; } = new(ReadableJson.CreateOptions());
}
