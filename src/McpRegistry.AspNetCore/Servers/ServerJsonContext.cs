using System.Text.Json.Serialization;

namespace McpRegistry.AspNetCore.Servers;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServerView))]
[JsonSerializable(typeof(ServerListView))]
[JsonSerializable(typeof(DiscoveryView))]
internal sealed partial class ServerJsonContext : JsonSerializerContext;
